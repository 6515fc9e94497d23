"""A workbook in which a person corrects what was read from a plan, and reading it back."""

from parstats.plans.review.read import check_free, holds_corrections, read
from parstats.plans.review.write import write

__all__ = ["check_free", "holds_corrections", "read", "write"]

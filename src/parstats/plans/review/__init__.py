"""Workbooks for correcting what was read from a plan."""

from parstats.plans.review.read import check_free, holds_corrections, read
from parstats.plans.review.write import write

__all__ = ["check_free", "holds_corrections", "read", "write"]

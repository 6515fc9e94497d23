"""Which measures go with improvement: tidy tables in, tidy tables out."""

from parstats.remedies.cases import CaseStudies, case_studies
from parstats.remedies.changes import changes
from parstats.remedies.exposure import exposure, left_out
from parstats.remedies.no_cell import why_no_cell
from parstats.remedies.plan_years import plan_years

__all__ = [
    "CaseStudies",
    "case_studies",
    "changes",
    "exposure",
    "left_out",
    "plan_years",
    "why_no_cell",
]

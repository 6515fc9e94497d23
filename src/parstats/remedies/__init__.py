"""Which measures go with improvement: tidy tables in, tidy tables out."""

from parstats.remedies.cases import CaseStudies, case_studies
from parstats.remedies.changes import changes
from parstats.remedies.estimate import estimate
from parstats.remedies.event_study import event_losses, event_study
from parstats.remedies.exposure import exposure, left_out
from parstats.remedies.hidden import hidden_plans
from parstats.remedies.matched import matched
from parstats.remedies.no_cell import why_no_cell
from parstats.remedies.plan_years import plan_years
from parstats.remedies.power import placebo, plans_needed, power
from parstats.remedies.rebound import rebound
from parstats.remedies.robustness import robustness
from parstats.remedies.side_by_side import side_by_side
from parstats.remedies.simulation import simulate, summary

__all__ = [
    "CaseStudies",
    "case_studies",
    "changes",
    "estimate",
    "event_losses",
    "event_study",
    "exposure",
    "hidden_plans",
    "left_out",
    "matched",
    "placebo",
    "plan_years",
    "plans_needed",
    "power",
    "rebound",
    "robustness",
    "side_by_side",
    "simulate",
    "summary",
    "why_no_cell",
]

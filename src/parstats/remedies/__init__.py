"""Which measures go with improvement: tidy tables in, tidy tables out."""

from parstats.remedies.association.before_after import rebound
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.estimator_agreement import side_by_side
from parstats.remedies.association.event_study import event_losses, event_study
from parstats.remedies.association.matched import matched
from parstats.remedies.association.specifications import robustness
from parstats.remedies.cases.case_studies import CaseStudies, case_studies
from parstats.remedies.cells.changes import changes
from parstats.remedies.cells.exposure import exposure, unmatched_measures
from parstats.remedies.cells.missing_outcomes import why_no_cell
from parstats.remedies.cells.plan_years import plan_years
from parstats.remedies.simulation.power import placebo, plans_needed, power
from parstats.remedies.simulation.simulate import simulate, summary
from parstats.remedies.simulation.unobserved_plans import hidden_plans

__all__ = [
    "CaseStudies",
    "case_studies",
    "changes",
    "estimate",
    "event_losses",
    "event_study",
    "exposure",
    "hidden_plans",
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
    "unmatched_measures",
    "why_no_cell",
]

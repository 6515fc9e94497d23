"""Associations of plans and measures with change: tidy tables in, tidy tables out."""

from parstats.arguments import old_functions
from parstats.remedies.association.before_after import mean_reversion
from parstats.remedies.association.confounding import confounding, spillover
from parstats.remedies.association.equation import formula
from parstats.remedies.association.estimate import estimate
from parstats.remedies.association.estimator_agreement import compare_estimators
from parstats.remedies.association.event_study import event_losses, event_study
from parstats.remedies.association.matched import matched_estimate
from parstats.remedies.association.specifications import robustness
from parstats.remedies.association.unlinked_bounds import unlinked_bounds
from parstats.remedies.cases.case_studies import CaseStudies, case_studies
from parstats.remedies.cells.changes import outcomes
from parstats.remedies.cells.exposure import exposure, unmatched_measures
from parstats.remedies.cells.missing_outcomes import missing_outcomes
from parstats.remedies.cells.plan_years import plan_years
from parstats.remedies.cells.unlinked_measures import unlinked_measures
from parstats.remedies.few_plans.dose import dose_response
from parstats.remedies.few_plans.maintained_series import maintained_outcomes
from parstats.remedies.few_plans.measure_table import measure_outcomes
from parstats.remedies.few_plans.predicted_outcomes import (
    Predictions,
    compare_predictions,
    predict_outcomes,
)
from parstats.remedies.few_plans.shrunken_types import partial_pooling
from parstats.remedies.few_plans.total_table import total_outcomes
from parstats.remedies.few_plans.totals_synthesis import Synthesis, synthesis
from parstats.remedies.simulation.power import placebo, power, required_plans
from parstats.remedies.simulation.simulate import simulate, simulation_summary
from parstats.remedies.simulation.unobserved_plans import unobserved_plans

__all__ = [
    "CaseStudies",
    "Predictions",
    "Synthesis",
    "case_studies",
    "compare_estimators",
    "compare_predictions",
    "confounding",
    "dose_response",
    "estimate",
    "event_losses",
    "event_study",
    "exposure",
    "formula",
    "maintained_outcomes",
    "matched_estimate",
    "mean_reversion",
    "measure_outcomes",
    "missing_outcomes",
    "outcomes",
    "partial_pooling",
    "placebo",
    "plan_years",
    "power",
    "predict_outcomes",
    "required_plans",
    "robustness",
    "simulate",
    "simulation_summary",
    "spillover",
    "synthesis",
    "total_outcomes",
    "unlinked_bounds",
    "unlinked_measures",
    "unmatched_measures",
    "unobserved_plans",
]

__getattr__ = old_functions(
    __name__,
    changes="outcomes",
    hidden_plans="unobserved_plans",
    left_out="unmatched_measures",
    matched="matched_estimate",
    plans_needed="required_plans",
    rebound="mean_reversion",
    side_by_side="compare_estimators",
    summary="simulation_summary",
    why_no_cell="missing_outcomes",
)

"""Sentences, titles and cards made from results, in both languages."""

from parstats.arguments import old_functions
from parstats.figures.boxes import Card, Cards, Notice
from parstats.figures.text.advice_screen import advice_screen, undecided_screen
from parstats.figures.text.advice_summary import no_priorities_note, priority_note
from parstats.figures.text.agreement_summary import (
    agreement_note,
    differing_note,
    no_other_index_note,
    parts_note,
)
from parstats.figures.text.available_scores_summary import (
    availability_note,
    available_headline,
    available_notes,
    coverage_note,
    no_drivers_note,
    sources_note,
    unknown_note,
)
from parstats.figures.text.criteria_notes import (
    unconfirmed_note,
    unconfirmed_text,
    unknown_highest_note,
    weights_note,
)
from parstats.figures.text.estimate_summary import (
    estimate_lines,
    remarks,
    unlinked_text,
    unmatched_text,
    value_name,
    verdict_text,
    with_marks,
    without_withheld,
)
from parstats.figures.text.merger_summary import merger_note
from parstats.figures.text.national_answers import drivers_answer, quality_answer
from parstats.figures.text.over_time_notes import (
    catching_up_note,
    forecast_note,
    groups_note,
    leads_note,
    neighbours_note,
)
from parstats.figures.text.overview_notes import overview_note
from parstats.figures.text.page_sections import language, opening, paragraph, section, show
from parstats.figures.text.plan_titles import plan_name, plans_note
from parstats.figures.text.province_brief import known_brief, province_brief
from parstats.figures.text.province_summary import (
    change_note,
    close_note,
    driver_note,
    headline,
    movement_note,
    no_change_note,
    no_data_note,
    no_rank_note,
    not_assessed_note,
    notes,
    omitted_years_note,
    overall_only_note,
    page_title,
    printed_note,
    title,
)
from parstats.figures.text.remedy_answer import plans_read_note, remedies_answer, targets_note
from parstats.figures.text.remedy_checks import (
    confounding_note,
    spillover_note,
    unlinked_bounds_note,
)
from parstats.figures.text.remedy_notes import (
    as_above_note,
    no_cells_note,
    no_province_note,
    no_targeted_note,
    verdict_note,
)

__all__ = [
    "Card",
    "Cards",
    "Notice",
    "advice_screen",
    "agreement_note",
    "as_above_note",
    "availability_note",
    "available_headline",
    "available_notes",
    "catching_up_note",
    "change_note",
    "close_note",
    "confounding_note",
    "coverage_note",
    "differing_note",
    "driver_note",
    "drivers_answer",
    "estimate_lines",
    "forecast_note",
    "groups_note",
    "headline",
    "known_brief",
    "language",
    "leads_note",
    "merger_note",
    "movement_note",
    "neighbours_note",
    "no_cells_note",
    "no_change_note",
    "no_data_note",
    "no_drivers_note",
    "no_other_index_note",
    "no_priorities_note",
    "no_province_note",
    "no_rank_note",
    "no_targeted_note",
    "not_assessed_note",
    "notes",
    "omitted_years_note",
    "opening",
    "overall_only_note",
    "overview_note",
    "page_title",
    "paragraph",
    "parts_note",
    "plan_name",
    "plans_note",
    "plans_read_note",
    "printed_note",
    "priority_note",
    "province_brief",
    "quality_answer",
    "remarks",
    "remedies_answer",
    "section",
    "show",
    "sources_note",
    "spillover_note",
    "targets_note",
    "title",
    "unconfirmed_note",
    "unconfirmed_text",
    "undecided_screen",
    "unknown_highest_note",
    "unknown_note",
    "unlinked_bounds_note",
    "unlinked_text",
    "unmatched_text",
    "value_name",
    "verdict_note",
    "verdict_text",
    "weights_note",
    "with_marks",
    "without_withheld",
]

__getattr__ = old_functions(
    "parstats.text",
    left_out_words="unmatched_text",
    lines="estimate_lines",
    marked="with_marks",
    verdict_words="verdict_text",
    withheld="without_withheld",
    years_left_out_note="omitted_years_note",
)

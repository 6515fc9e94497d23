"""Verdicts on rows of estimates."""

from __future__ import annotations

import math

#: Verdicts, and why data are insufficient.
VERDICTS = ("association", "no_association_detected", "insufficient_data")
REASONS = ("", "few_provinces", "not_exchangeable", "low_power", "no_contrast")

# `make validate-remedies` checks the rule in 72 settings (docs/remedies-validation.md).
#: Targeted provinces that carry a verdict. By judgement: of fewer, cluster-robust variances and
#: exchanges of provinces are unreliable.
LEAST_PROVINCES = 10
#: Largest minimum detectable effect, in standard deviations of a series and year. By judgement:
#: half of one is a medium effect (Cohen 1988) and more than plans can be expected to move.
LARGEST_DETECTABLE = 0.5
#: Level of the adjusted p-value; the usual 5 %.
SIGNIFICANT = 0.05


def verdict(
    n_provinces: int, n_exchangeable: int, mde: float, p_adjusted: float
) -> tuple[str, str]:
    """Decide the verdict on a row of estimates and, if data are insufficient, the reason.

    The rule: data are insufficient where fewer than 10 provinces are targeted, where fewer than 10
    of them can be exchanged with another, or where the smallest association that the design would
    find four times in five is above 0.5 standard deviations. Otherwise there is an association if
    the p-value, adjusted for the number of rows, is 0.05 or less. `mde` is in standard deviations,
    missing where nothing can be estimated. Returns one of `VERDICTS` and one of `REASONS`.

    >>> verdict(24, 22, 0.21, 0.40)
    ('no_association_detected', '')
    >>> verdict(1, 1, 1.4, 0.02)
    ('insufficient_data', 'few_provinces')
    """
    if n_provinces < LEAST_PROVINCES:
        return "insufficient_data", "few_provinces"
    if not math.isfinite(mde):
        return "insufficient_data", "no_contrast"
    if n_exchangeable < LEAST_PROVINCES:
        return "insufficient_data", "not_exchangeable"
    if mde > LARGEST_DETECTABLE:
        return "insufficient_data", "low_power"
    return ("association" if p_adjusted <= SIGNIFICANT else "no_association_detected"), ""

"""Verdicts on rows of estimates."""

from __future__ import annotations

import math

#: Verdicts, and why data are insufficient.
VERDICTS = ("association", "no_association_detected", "insufficient_data")
REASONS = (
    *("", "few_provinces", "not_exchangeable", "low_power", "no_contrast", "few_decisions"),
    "few_without",
)

# `make validate-remedies` checks the rule by simulation (docs/remedies-validation.md).
#: Targeted provinces that carry a verdict. By judgement: of fewer, cluster-robust variances and
#: exchanges of provinces are unreliable.
LEAST_PROVINCES = 10
#: Decisions that carry a verdict, where whole regions plan alike. By judgement, as for provinces.
LEAST_DECISIONS = 10
#: Largest minimum detectable effect, in standard deviations of a series and year. By judgement:
#: half of one is a medium effect (Cohen 1988) and more than plans can be expected to move.
LARGEST_DETECTABLE = 0.5
#: Level of the adjusted p-value; the usual 5 %.
SIGNIFICANT = 0.05


def direction(estimate: float, verdict_name: str) -> str:
    """Return whether targeted cells went up or down against the others.

    Nothing where data are insufficient: the sign of such a figure would be read as a finding.

    >>> direction(-0.1, "association"), direction(-0.1, "insufficient_data")
    ('worse', '')
    """
    if verdict_name == "insufficient_data" or not math.isfinite(estimate):
        return ""
    return "better" if estimate > 0 else "worse"


def verdict(
    n_provinces: int,
    n_exchangeable: int,
    mde: float,
    p_adjusted: float,
    *,
    n_decisions: int | None = None,
    n_without: int | None = None,
) -> tuple[str, str]:
    """Decide the verdict on a row of estimates and, if data are insufficient, the reason.

    The rule: data are insufficient where fewer than 10 provinces are targeted, where they took
    fewer than 10 decisions (provinces of a region that target the same series in a year took one),
    where fewer than 10 provinces have targeted cells without the type of measure, where fewer than
    10 of them can be exchanged with another, or where the smallest association that the design
    would find four times in five is above 0.5 standard deviations. Otherwise there is an
    association if the p-value, adjusted for the number of rows, is 0.05 or less. `mde` is in
    standard deviations, missing where nothing can be estimated. Returns one of `VERDICTS` and one
    of `REASONS`.

    >>> verdict(24, 22, 0.21, 0.40)
    ('no_association_detected', '')
    >>> verdict(1, 1, 1.4, 0.02)
    ('insufficient_data', 'few_provinces')
    """
    checks = (
        ("few_provinces", n_provinces < LEAST_PROVINCES),
        ("few_decisions", n_decisions is not None and n_decisions < LEAST_DECISIONS),
        ("few_without", n_without is not None and n_without < LEAST_PROVINCES),
        ("no_contrast", not math.isfinite(mde)),
        ("not_exchangeable", n_exchangeable < LEAST_PROVINCES),
        ("low_power", mde > LARGEST_DETECTABLE),
    )
    reason = next((name for name, holds in checks if holds), "")
    if reason:
        return "insufficient_data", reason
    return ("association" if p_adjusted <= SIGNIFICANT else "no_association_detected"), ""

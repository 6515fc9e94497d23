"""The page of the validation of the remedies: what was found in each setting, and does it hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from scipy import stats

from evaluation.remedies_settings import DRAWS, SEED, YEARS, Setting

#: What a setting must hold; written down before any was run. Size and coverage fail when their
#: 99 % interval lies outside; bias of drawn panels when it lies beyond by more than its error.
SIZE, COVERAGE, BIAS = (0.035, 0.065), (0.935, 0.965), 0.03
# Types: any that does nothing called an association in at most; the one that works found in, and
# all alike given one joint answer in, at least.
_FALSE_TYPES, _FOUND = 0.07, 0.80
_WITHIN = 2.0  # standard errors that a bias on the one real panel may have

Judge = Callable[[Setting, pd.DataFrame, dict[str, tuple[float, float]]], tuple[list[str], str]]


def page(
    results: dict[Setting, pd.DataFrame],
    settings: Iterable[Setting],
    limits: dict[str, tuple[float, float]],
) -> tuple[str, int]:
    """Return the page, and how many settings do not hold."""
    settings = list(settings)
    lines = _head(results, settings)
    failed = 0
    for part, (title, heads, judge, note) in _PARTS.items():
        rows = []
        for setting in [setting for setting in settings if setting.part == part]:
            if setting not in results:
                continue
            cells, held = judge(setting, results[setting], limits)
            failed += held == "no"
            if held == "yes" and results[setting]["set"].nunique() < setting.n_sets:
                held = "so far"
            rows.append(f"| {' | '.join([*cells, held])} |")
        if rows:
            columns = [*heads, "held"]
            lines += [f"## {title}", "", note, "", f"| {' | '.join(columns)} |"]
            lines += ["|" + "---|" * len(columns), *rows, ""]
    return "\n".join(lines), failed


def _head(results: dict[Setting, pd.DataFrame], settings: list[Setting]) -> list[str]:
    planned = sum(setting.n_sets for setting in settings)
    run = sum(int(table["set"].nunique()) for table in results.values())
    return [
        "# How the adjusted association was validated",
        "",
        "Made by `make validate-remedies`, which goes on where it was stopped; "
        f"{run:,} of {planned:,} sets of plans are run. Plans are made up for",
        f"PAPI sub-dimensions with outcome years {YEARS[0]}-{YEARS[-1]} (pairs of years across a "
        f"break left out); each targets 8 cells by a rule. Tests use {DRAWS} reassignments,",
        f"sets the seed {SEED}: none of these sets was looked at when the model was chosen. "
        "*drawn*: a new panel for each set, from variance components fitted to the real one;",
        "*real*: the real panel. A setting fails when the 99 % interval of its size lies outside "
        f"of {SIZE[0]:.1%}-{SIZE[1]:.1%}, that of its coverage outside of "
        f"{COVERAGE[0]:.1%}-{COVERAGE[1]:.1%}, or its bias",
        f"beyond {BIAS} standard deviations on drawn panels; on the real panel (one draw) when the "
        "bias is beyond two standard errors that the panel itself has for the rule: what plans",
        "of every province and year by that rule would show. The limits, and all settings but the "
        "rules `siblings_low` and `dimension_kept` and the types `two each`, were written before "
        "any set was run; these came in when others had found them to fail, the model was mended, "
        "and all sets run anew. *so far*: not all sets are run; with few, intervals are wide, and "
        "what holds may yet fail with more.",
        "",
    ]


def _share(count: int, n: int) -> tuple[float, float]:
    ends = stats.binomtest(count, n).proportion_ci(0.99, method="wilson")
    return float(ends.low), float(ends.high)


def _outside(count: int, n: int, limits: tuple[float, float]) -> bool:
    low, high = _share(count, n)
    return high < limits[0] or low > limits[1]


def _figures(setting: Setting, table: pd.DataFrame) -> dict[str, float]:
    truth = setting.truth
    covered = int(((table["ci_low"] <= truth) & (truth <= table["ci_high"])).sum())
    return {
        "n": len(table),
        "rejected": int((table["p"] <= 0.05).sum()),
        "covered": covered,
        "bias": float(table["adjusted_association"].mean() - truth),
        "bias_se": float(table["adjusted_association"].std(ddof=1) / np.sqrt(len(table))),
        "spread": float(table["adjusted_association"].std(ddof=1)),
        "mde": float(table["mde"].mean()),
    }


def _cells(setting: Setting, figures: dict[str, float]) -> list[str]:
    n = int(figures["n"])
    return [
        setting.outcomes,
        setting.rule,
        str(setting.n_plans),
        f"{setting.effect:g}",
        str(n),
        f"{figures['rejected'] / n:.1%}",
        f"{figures['bias']:+.3f} ({figures['bias_se']:.3f})",
        f"{figures['covered'] / n:.1%}",
    ]


def _held(
    setting: Setting, figures: dict[str, float], limits: dict[str, tuple[float, float]]
) -> bool:
    n = int(figures["n"])
    if setting.outcomes == "real":
        expected, error = limits.get(setting.rule, (0.0, 0.0))
        chance = np.hypot(error, figures["bias_se"])
        return (
            abs(figures["bias"]) <= _WITHIN * max(chance, 1e-9)
            or abs(figures["bias"] - expected) <= 2.576 * figures["bias_se"]
        )
    wrong = _outside(int(figures["covered"]), n, COVERAGE)
    if setting.truth == 0:
        wrong |= _outside(int(figures["rejected"]), n, SIZE)
    return not wrong and abs(figures["bias"]) - 2.576 * figures["bias_se"] <= BIAS


def _rules(
    setting: Setting, table: pd.DataFrame, limits: dict[str, tuple[float, float]]
) -> tuple[list[str], str]:
    figures = _figures(setting, table)
    cells = _cells(setting, figures)
    if setting.part == "later":
        cells = [setting.kind, f"t+{setting.horizon}", f"{setting.truth:.2f}", *cells]
    if setting.part == "missing":
        right = abs(figures["mde"] / (2.8 * figures["spread"]) - 1) <= 0.15
        cells = [f"{setting.missing:.0%}", *cells, f"{figures['mde']:.3f}"]
        cells.append(f"{2.8 * figures['spread']:.3f}")
        return cells, "yes" if right and _held(setting, figures, limits) else "no"
    if setting.part == "hidden":
        return cells, "attenuated"
    return cells, "yes" if _held(setting, figures, limits) else "no"


def _future(
    setting: Setting, table: pd.DataFrame, limits: dict[str, tuple[float, float]]
) -> tuple[list[str], str]:
    """Show the bias per unit, and how far the interval lies from nothing; there is no goal."""
    figures = _figures(setting, table)
    away = np.where(table["ci_low"] > 0, table["ci_low"], np.maximum(-table["ci_high"], 0.0))
    cells = [setting.rule, str(setting.n_plans), f"{setting.effect:g}", f"{figures['n']:.0f}"]
    cells += [f"{figures['rejected'] / figures['n']:.1%}", f"{figures['bias']:+.3f}"]
    cells += [f"{figures['bias'] / setting.effect:.2f}", f"{float(np.mean(away)):.3f}"]
    return cells, "no goal"


def _types(
    setting: Setting, table: pd.DataFrame, limits: dict[str, tuple[float, float]]
) -> tuple[list[str], str]:
    joint = table[table["model"] == "joint"]
    n = table["set"].nunique()
    works = setting.kind in ("one works", "one each", "two each")
    is_working = joint["value"].str.split("+").str[0].eq("A") if works else joint["set"] < 0
    null = joint[~is_working]
    called = null["verdict"] == "association"
    each = float(called.groupby(null["value"]).mean().max())
    everywhere = int(called.groupby(null["set"]).any().sum())
    found = joint[is_working]["verdict"].eq("association").sum()
    overall = table[table["model"] == "all"]["verdict"].eq("association").to_numpy()
    names = joint.groupby("set")["value"].nunique()
    alike = overall & ~called.groupby(null["set"]).any().reindex(range(n), fill_value=False)
    cells = [setting.outcomes, setting.rule, setting.kind, f"{setting.effect:g}", str(n)]
    cells += [f"{each:.1%}", f"{everywhere / n:.1%}"]
    cells.append(f"{found / n:.1%}" if works else "-")
    joint_answer = setting.kind in ("all alike", "together")
    cells.append(f"{float(np.mean(alike)):.1%}" if joint_answer else "-")
    cells.append(f"{names.mean():.1f}")
    wrong = _share(round(each * n), n)[0] > _FALSE_TYPES
    wrong |= bool(works and _share(int(found), n)[1] < _FOUND)
    wrong |= bool(joint_answer and _share(int(np.sum(alike)), n)[1] < _FOUND)
    return cells, "no" if wrong else "yes"


_SINGLE = ("panel", "rule", "plans", "effect", "sets", "rejects", "bias (SE)", "coverage")
_PARTS: dict[str, tuple[str, tuple[str, ...], Judge, str]] = {
    "rules": (
        "By the rule that plans follow",
        _SINGLE,
        _rules,
        "Four rules are functions of the baseline and the previous change; the other ten are "
        "not. *rejects* is the size where the effect is 0, else the power.",
    ),
    "types": (
        "Types of measures",
        (
            *("panel", "rule", "which work", "effect", "sets", "worst type that does nothing"),
            *("any of them", "the one that works", "one joint answer", "rows"),
        ),
        _types,
        "Ten types, three tenths of the targeted cells each, latent correlation one half; 80 "
        "plans. *one joint answer*: targeted cells go with improvement, and no type is called "
        "better than others. *together*: types come in two sets that are never apart.",
    ),
    "later": (
        "Later years",
        ("effect over the years", "change to", "truth", *_SINGLE),
        _rules,
        "From the year before the plan to that year; covariates are of before the plan.",
    ),
    "missing": (
        "Scattered missing scores",
        ("missing", *_SINGLE, "stated detectable", "true detectable"),
        _rules,
        "The stated smallest detectable effect is to be within 15 % of 2.8 spreads of the "
        "estimate over the sets.",
    ),
    "hidden": (
        "Plans that nobody read",
        _SINGLE,
        _rules,
        "Half of all other provinces and years have a plan like these: the association is "
        "attenuated, by how much `parstats.remedies.unobserved_plans` foretells.",
    ),
    "future": (
        "Targeting what would have risen anyway",
        (
            *("rule", "plans", "gain without any plan", "sets", "called an association", "bias"),
            *("bias per unit", "break-even"),
        ),
        _future,
        "Plans that do nothing, for series that rise by so much more than like ones: no figure of "
        "the past can show it, and it is taken for an association in full. *break-even*: what "
        "`parstats.remedies.confounding` prints, the gain that would undo the association (the end "
        "of the interval next to 0), on average.",
    ),
    "copied": (
        "Whole regions that copy",
        _SINGLE,
        _rules,
        "The decision is the region's; below ten decisions there is no verdict.",
    ),
}

"""The answer of the page on remediation plans, in its first sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from IPython.display import Markdown

from parstats.arguments import require_columns, require_drawable
from parstats.figures.number_format import p_text
from parstats.figures.text.estimate_summary import row_name, verdict_text
from parstats.reference import frameworks
from parstats.reference.labels import number, text
from parstats.remedies.association.verdict import LEAST_PROVINCES

_ROW = (
    *("by", "value", "model", "verdict", "reason", "direction", "n_plans", "n_provinces"),
    "n_cells",
)
_DESCRIBED = ("value", "residual", "ci_low", "ci_high")


def remedies_answer(
    estimates: pd.DataFrame | None, described: pd.DataFrame | None, index: str, lang: str
) -> Markdown:
    """Answer which measures go with improvement, or say that the plans cannot tell yet.

    Parameters
    ----------
    estimates : pandas.DataFrame of `parstats.remedies.estimate`, by type or for all; None if no
        cell is targeted
    described : pandas.DataFrame of `parstats.remedies.measure_outcomes`; None as well
    index : str
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest: if a table is of another kind

    Examples
    --------
    >>> print(remedies_answer(None, None, "PAPI", "en").data.split(".")[0])
    **Too little data to answer yet
    """
    words = {"index": frameworks.check_index(index), "least": LEAST_PROVINCES}
    if estimates is None or described is None:
        return Markdown(text("answer.nothing", lang, **words))
    require_drawable(estimates, _ROW, "the table of parstats.remedies.estimate")
    require_drawable(described, _DESCRIBED, "the table of parstats.remedies.measure_outcomes")
    first = estimates.iloc[0].to_dict()
    words |= {name: int(first[name]) for name in ("n_plans", "n_provinces", "n_cells")}
    if first["verdict"] == "insufficient_data":
        parts = [
            text("answer.too_little", lang, reason=verdict_text(first, lang), **words),
            _described(described.iloc[0], lang),
        ]
    else:
        verdict = verdict_text(first, lang)
        parts = [text("answer.all", lang, verdict=verdict[:1].upper() + verdict[1:], **words)]
        parts.append(_types(estimates[estimates["model"] == "joint"], lang))
    return Markdown("\n\n".join(part for part in parts if part))


def _described(row: pd.Series, lang: str) -> str:
    """Say how far targeted cells moved beyond like ones, and whether chance does as much."""
    words = {name: number(float(row[name]), lang, sign=True) for name in _DESCRIBED[1:]}
    holds_zero = float(row["ci_low"]) <= 0 <= float(row["ci_high"])
    return text(f"answer.described.{'chance' if holds_zero else 'beyond'}", lang, **words)


def _types(rows: pd.DataFrame, lang: str) -> str:
    """Say which types stand out among the others, if there are types."""
    if rows.empty:
        return ""
    judged = rows[rows["verdict"] != "insufficient_data"]
    if judged.empty:
        return text("answer.types.too_little", lang)
    sentences = []
    for way in ("better", "worse"):
        found = judged[(judged["verdict"] == "association") & (judged["direction"] == way)]
        if len(found):
            names = [row_name(row, lang) for row in found.to_dict("records")]
            sentences.append(text(f"answer.types.{way}", lang, names="; ".join(names)))
    if not sentences:
        p = p_text(float(rows["omnibus_p"].iloc[0]), lang)
        sentences = [text("answer.types.alike", lang, n=len(judged), of=len(rows), p=p)]
    return " ".join(sentences)


def targets_note(table: pd.DataFrame, lang: str) -> Markdown | None:
    """Say how many targets were met, missed or cannot be told; None without targets.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.plans.targets_met`; the rows to count
    lang : {"vi", "en"}

    Examples
    --------
    >>> targets_note(pd.DataFrame({"met": pd.array([True, None], dtype="boolean")}), "en").data
    'Targets: 2; met: 1; missed: 0; cannot be told: 1.'
    """
    require_columns(table, ("met",), "targets", "plans.targets_met")
    if table.empty:
        return None
    met, missed = int(table["met"].eq(True).sum()), int(table["met"].eq(False).sum())
    words = {"n": len(table), "met": met, "missed": missed, "unknown": len(table) - met - missed}
    return Markdown(text("note.targets_met", lang, **words))


def plans_read_note(plans: pd.DataFrame, index: str, lang: str) -> Markdown:
    """Say how many documents are known for an index, and how much of them was read.

    Parameters
    ----------
    plans : pandas.DataFrame of `parstats.load_plans`, or plans of one's own
    index : str
    lang : {"vi", "en"}

    Examples
    --------
    >>> from parstats.panel import load_plans
    >>> print(plans_read_note(load_plans(), "PAPI", "en").data.split(",")[0])
    Formal documents of PAPI: 37
    """
    require_columns(
        plans,
        ("indices", "formal", "completeness", "province", "agency_level"),
        "plans",
        "load_plans",
    )
    # An empty list would choose columns.
    names_it = np.array([index in str(names).split(";") for names in plans["indices"]], dtype=bool)
    of_index = plans[names_it]
    formal = of_index[of_index["formal"].astype(bool)]
    full = formal[formal["completeness"] == "full"]
    words = {
        "index": frameworks.check_index(index),
        "n": len(formal),
        "provinces": formal["province"].replace("", pd.NA).nunique(),
        "full": len(full),
        "of_province": int((full["agency_level"] == "province").sum()),
        "partial": int((formal["completeness"] == "partial").sum()),
        "title_only": int((formal["completeness"] == "title_only").sum()),
        "other": len(of_index) - len(formal),
    }
    return Markdown(text("note.plans_read", lang, **words))

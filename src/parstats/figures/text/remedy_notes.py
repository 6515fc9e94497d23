"""Sentences on the estimates of remedies: verdicts, and why a table is not there."""

from __future__ import annotations

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import old_names, require_drawable
from parstats.figures.tables.remedy_estimates import _ESTIMATE, _upper
from parstats.figures.text.estimate_summary import verdict_text
from parstats.panel.coverage import needed
from parstats.panel.units import n_units
from parstats.reference import frameworks
from parstats.reference.labels import text


@old_names(found="results")
def verdict_note(results: pd.DataFrame, lang: str) -> Markdown:
    """Return the verdict on all plans together, as the first sentence of a chapter.

    Parameters
    ----------
    results : pandas.DataFrame of `parstats.remedies.estimate`; its first row is reported
    lang : {"vi", "en"}

    Raises
    ------
    InvalidRequest: if the table is empty or of another kind
    """
    require_drawable(results, _ESTIMATE, "the table of parstats.remedies.estimate")
    row = results.iloc[0].to_dict()
    counts = {"plans": row["n_plans"], "provinces": row["n_provinces"], "cells": row["n_cells"]}
    verdict = _upper(verdict_text(row, lang))
    return Markdown(text("note.verdict_now", lang, verdict=verdict, **counts))


def no_targeted_note(index: str, lang: str) -> Markdown:
    """Return the statement that no plan of an index meets a cell with an outcome.

    Parameters
    ----------
    index : str
    lang : {"vi", "en"}
    """
    return Markdown(text("note.no_targeted_cells", lang, index=frameworks.check_index(index)))


def no_cells_note(index: str, lang: str) -> Markdown:
    """Return the statement that an index has no cells at all, and what it would take.

    Parameters
    ----------
    index : str
    lang : {"vi", "en"}
    """
    return Markdown(
        text(
            "note.no_cells",
            lang,
            index=frameworks.check_index(index),
            need=needed(n_units(index, 63)),
        )
    )


def as_above_note(lang: str) -> Markdown:
    """Return the statement that a chapter has nothing to show, for a reason that was given.

    Parameters
    ----------
    lang : {"vi", "en"}
    """
    return Markdown(text("note.as_above", lang))


def no_province_note(lang: str) -> Markdown:
    """Return the statement that no province was chosen.

    Parameters
    ----------
    lang : {"vi", "en"}
    """
    return Markdown(text("note.no_province_chosen", lang))

"""What a page says of the criteria of its year."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from parstats.arguments import from_results
from parstats.figures.boxes import Notice
from parstats.figures.index_language import series_language
from parstats.reference import frameworks
from parstats.reference.labels import number, text


def unconfirmed_text(index: str, year: int, lang: str) -> str:
    """Return that a year has the criteria of the year before for want of its own; else nothing.

    Parameters
    ----------
    index : str
    year : int
    lang : {"vi", "en"}

    Examples
    --------
    >>> unconfirmed_text("PAPI", 2024, "en")
    ''
    """
    previous = frameworks.unconfirmed_from(index, year)
    if previous is None:
        return ""
    return text("framework.unconfirmed", lang, year=year, previous=previous)


def unconfirmed_note(index: str, year: int, lang: str) -> Notice | None:
    """Return the warning that nobody has confirmed the criteria of a year; None if they are.

    It goes near the top of a page; `parstats.text.notes` repeats it at the end.

    Parameters
    ----------
    index : str
    year : int
    lang : {"vi", "en"}

    Examples
    --------
    >>> unconfirmed_note("PAPI", 2024, "vi") is None
    True
    """
    sentence = unconfirmed_text(index, year, lang)
    return Notice(text=sentence) if sentence else None


@from_results(shares="parstats.drivers.shares: index year series weight basis")
def weights_note(shares: pd.DataFrame, lang: str) -> Notice | None:
    """Return where the weights of the parts are from; None where the rules of the index say them.

    Parameters
    ----------
    shares : pandas.DataFrame of `parstats.drivers.shares`
    lang : {"vi", "en"}
    """
    if shares.empty:
        return None
    lang = series_language(lang, shares["series"])
    basis = shares["basis"].iloc[0]
    is_rest = shares["series"].map(frameworks.is_rest)
    if basis == "rules":
        return Notice(text("note.weights.rest", lang)) if is_rest.any() else None
    parts = shares[~is_rest].sort_values("weight", ascending=False, kind="stable")
    listed = "; ".join(
        f"{frameworks.series_name(row.series, lang, short=True)} {number(row.weight, lang)}"
        for row in parts.itertuples()
    )
    return Notice(text(f"note.weights.{basis}", lang, index=shares["index"].iloc[0], listed=listed))


def unknown_highest_note(series: Sequence[str], lang: str) -> Notice | None:
    """Return what a page lacks because highest scores are not known; None if all are.

    Parameters
    ----------
    series : sequence of str; those of `parstats.drivers.unknown_highest`
    lang : {"vi", "en"}

    Examples
    --------
    >>> unknown_highest_note([], "en") is None
    True
    """
    if not series:
        return None
    names = ", ".join(frameworks.series_name(name, lang, short=True) for name in series)
    return Notice(text("note.unknown_highest", lang, names=names))

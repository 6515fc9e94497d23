"""What a page says of the criteria of its year."""

from __future__ import annotations

from parstats.figures.boxes import Notice
from parstats.reference import frameworks
from parstats.reference.labels import text


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

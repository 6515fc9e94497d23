"""Sentences that stand where a figure of the drivers has nothing to show."""

from __future__ import annotations

from collections.abc import Sequence

from IPython.display import Markdown

from parstats import provinces
from parstats.labels import text
from parstats.panel.standing import Standing


def no_rank_note(standing: Standing, lang: str) -> Markdown | None:
    """Statement that a province has no rank to explain; None if it has one.

    Parameters
    ----------
    standing : parstats.panel.standing.Standing
        Overall standing.
    lang : {"vi", "en"}
        Language.
    """
    if standing.rank is not None:
        return None
    return Markdown(text("note.no_rank", lang, **_fields(standing, lang)))


def no_change_note(standing: Standing, lang: str) -> Markdown:
    """Statement that the change of a rank since the year before cannot be split.

    Parameters
    ----------
    standing : parstats.panel.standing.Standing
        Overall standing.
    lang : {"vi", "en"}
        Language.
    """
    fields = _fields(standing, lang)
    return Markdown(text("note.no_rank_change", lang, previous=standing.year - 1, **fields))


def years_left_out_note(years: Sequence[int], lang: str) -> Markdown | None:
    """Years that a figure leaves out for want of complete provinces; None if there are none.

    Parameters
    ----------
    years : sequence of int
        The years.
    lang : {"vi", "en"}
        Language.
    """
    if not years:
        return None
    return Markdown(text("note.years_left_out", lang, years=", ".join(map(str, years))))


def _fields(standing: Standing, lang: str) -> dict[str, object]:
    name = provinces.by_code(standing.vintage)[standing.province].names[lang]
    return {"name": name, "index": standing.index, "year": standing.year}

"""What the merger of July 2025 means for the figures of one of the 34 provinces."""

from __future__ import annotations

import pandas as pd

from parstats.arguments import from_results
from parstats.figures.boxes import Notice
from parstats.panel.change import UsualChange
from parstats.panel.evidence import Evidence
from parstats.panel.overall import Overall
from parstats.panel.vintages import missing_members
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text

# What earlier figures are, by whether people are surveyed and whether the province is a merged one.
_PAST_FIGURES = {
    (True, True): "mean",
    (True, False): "same",
    (False, True): "graded",
    (False, False): "graded_same",
}


@from_results(members="parstats.panel.member_scores: province vintage weight year score")
def merger_note(
    about: Overall | Evidence,
    province: str,
    members: pd.DataFrame,
    lang: str,
    *,
    usual: UsualChange | None = None,
) -> Notice | None:
    """Return what a province was made of, and which of its earlier figures nobody published.

    None for one of the 63, on whose pages nothing merged.

    Parameters
    ----------
    about : parstats.panel.overall.Overall or parstats.panel.Evidence
        Tells index, year and set of provinces.
    province : str; name or code of the province
    members : pandas.DataFrame of `parstats.panel.member_scores`
    lang : {"vi", "en"}
    usual : parstats.panel.change.UsualChange, optional
        How far unchanged provinces move in a year; said beside a change across the merger.
    """
    if about.vintage != 34:
        return None
    province = provinces.match_province(province, vintage=34)
    codes = [member.code for member in provinces.members(province)]
    fields = {
        "name": provinces.by_code(34)[province].names[lang],
        "index": about.index,
        "last": provinces.LAST_YEAR_63_PROVINCES,
        "members": _listed([former_name(code, lang) for code in codes], lang),
        "resolution": provinces.merger_resolution(province),
    }
    is_merged, is_survey = len(codes) > 1, bool(frameworks.index_info(about.index).surveys)
    keys = ("merged" if is_merged else "unchanged", _PAST_FIGURES[is_survey, is_merged])
    sentences = [text(f"note.merger.{key}", lang, **fields) for key in keys]
    gaps = missing_members(members) if is_survey else {}
    if gaps:
        years = "; ".join(_missing_year(year, names, lang) for year, names in gaps.items())
        sentences.append(text("note.merger.missing", lang, years=years))
    first_of_34 = about.year == provinces.LAST_YEAR_63_PROVINCES + 1
    if usual is not None and usual.n_changes and first_of_34 and is_survey:
        sentences.append(_usual_text(usual, lang))
    return Notice(text=" ".join(sentences))


def former_name(code: str, lang: str) -> str:
    """Return the name of one of the 63 as that of a province of before the merger.

    >>> former_name("15", "vi"), former_name("10", "en")
    ('Yên Bái (cũ)', 'Lao Cai (former)')
    """
    return text("figure.member", lang, name=provinces.by_code(63)[code].names[lang])


def _listed(names: list[str], lang: str) -> str:
    *first, last = names
    return text("figure.and", lang).join([*([", ".join(first)] if first else []), last])


def _missing_year(year: int, codes: list[str], lang: str) -> str:
    names = ", ".join(former_name(code, lang) for code in codes)
    return text("note.merger.missing_year", lang, year=year, names=names)


def _usual_text(usual: UsualChange, lang: str) -> str:
    return text(
        "note.merger.usual",
        lang,
        n=usual.n_provinces,
        points=number(usual.points, lang, 1),
        share=number(100 * usual.level, lang, 0),
        changes=usual.n_changes,
    )

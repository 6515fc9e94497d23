"""Sentences and cards on one province in a year with too few complete provinces."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from IPython.display import Markdown

from parstats.arguments import from_results, old_names
from parstats.figures.boxes import Card, Cards, Notice
from parstats.figures.column import COUNT
from parstats.figures.index_language import index_language
from parstats.figures.text.criteria_notes import unconfirmed_text
from parstats.figures.text.source_links import basis, linked
from parstats.panel.coverage import MINIMUM_SHARE
from parstats.panel.evidence import Evidence
from parstats.panel.national_statistics import STATISTICS
from parstats.reference import frameworks, provinces
from parstats.reference.labels import number, text


def coverage_note(reach: Evidence, province: str, lang: str) -> Markdown:
    """Return the first paragraph: the low coverage, and what is not computed for it.

    Parameters
    ----------
    reach : parstats.panel.Evidence; how far the figures of the year carry
    province : str; name or code of the province
    lang : {"vi", "en"}
    """
    province = provinces.match_province(province, vintage=reach.vintage)
    name = provinces.by_code(reach.vintage)[province].names[lang]
    sentences = [_covered(reach, lang), text("partial.biased", lang)]
    sentences.append(
        text("partial.not_computed", lang, need=reach.n_required, of=reach.n_units, name=name)
    )
    return Markdown(" ".join(sentences))


def _covered(reach: Evidence, lang: str) -> str:
    fields = {
        "index": reach.index,
        "year": reach.year,
        "n": reach.n_complete,
        "of": reach.n_units,
        "ranked": reach.n_rank_only,
    }
    if not reach.n_complete:
        return text("partial.covered_ranks", lang, **fields)
    key = "partial.covered_also_ranks" if reach.n_rank_only else "partial.covered"
    return text(key, lang, **fields)


@old_names(own="available_scores")
@from_results(
    available_scores=(
        "parstats.panel.available_scores: index year level score rank_printed "
        "n_ranked_printed basis_rank"
    ),
    national="parstats.panel.national_scores: year mean mean_basis max max_basis min min_basis",
)
def available_headline(
    available_scores: pd.DataFrame, national: pd.DataFrame, year: int, lang: str
) -> Cards | None:
    """Return cards with the score, the printed rank and published national figures.

    None if neither of the province nor of the country anything is known that year.

    Parameters
    ----------
    available_scores, national : pandas.DataFrame
        Results of `parstats.panel.available_scores` and `parstats.panel.national_scores`.
    year : int
    lang : {"vi", "en"}
    """
    row = _overall(available_scores, year)
    country = national[national["year"] == year]
    cards = []
    if row is not None:
        cards = [_score_card(row, lang), _rank_card(row, lang)]
    if len(country):
        cards.append(_country_card(country.iloc[0], lang))
    if not cards:
        return None
    return Cards(tuple(cards), lang)


def _overall(available_scores: pd.DataFrame, year: int) -> pd.Series | None:
    """Return the row of the overall index, if a score or a rank is known."""
    rows = available_scores[
        (available_scores["level"] == "index") & (available_scores["year"] == year)
    ]
    rows = rows[rows["score"].notna() | rows["rank_printed"].notna()]
    return rows.iloc[0] if len(rows) else None


def _score_card(row: pd.Series, lang: str) -> Card:
    label = text("headline.score", lang, index=row["index"], year=row["year"])
    if pd.isna(row["score"]):
        return Card(label, None, text("partial.no_score", lang))
    note = text(
        "partial.score_note",
        lang,
        max=number(row["max_score"], lang, 0),
        share=number(100 * row["share_of_maximum"], lang, 1),
    )
    return Card(label, row["score"], _with(note, basis(row["basis_score"], lang)))


def _rank_card(row: pd.Series, lang: str) -> Card:
    label = text("partial.rank", lang)
    if pd.isna(row["rank_printed"]):
        return Card(label, None, text("partial.no_rank", lang))
    n_units = row["n_ranked_printed"]
    of_units = "" if pd.isna(n_units) else f" / {n_units}"
    note = _with(text("partial.rank_note", lang), basis(row["basis_rank"], lang))
    return Card(label, row["rank_printed"], note, replace(COUNT, after=of_units))


def _country_card(row: pd.Series, lang: str) -> Card:
    label = text("partial.country", lang)
    parts = [
        f"{text(f'statistic.{name}', lang)} {_published(row, name, lang)}"
        for name in STATISTICS[1:]
        if pd.notna(row[name])
    ]
    available = pd.notna(row["mean"])
    mean = text("partial.mean", lang) if available else text("partial.no_mean", lang)
    mean = _with(mean, basis(row["mean_basis"], lang)) if available else mean
    return Card(label, row["mean"], "; ".join([mean, *parts]))


def _published(row: pd.Series, name: str, lang: str) -> str:
    return _with(number(row[name], lang), basis(row[f"{name}_basis"], lang))


def _with(statement: str, remark: str) -> str:
    return f"{statement} ({remark})" if remark else statement


@old_names(own="available_scores")
@from_results(
    available_scores="parstats.panel.available_scores: year level score rank_printed source",
    national="parstats.panel.national_scores: year mean_source max_source min_source",
)
def sources_note(
    available_scores: pd.DataFrame, national: pd.DataFrame, year: int, lang: str
) -> Markdown | None:
    """Return the sources of the figures on the cards; None if there are none."""
    row = _overall(available_scores, year)
    country = national[national["year"] == year]
    lines = []
    if row is not None:
        lines.append(text("partial.source_own", lang, links=linked(row["source"], lang)))
    if len(country):
        sources = dict.fromkeys(
            " ".join(country.iloc[0][f"{n}_source"] for n in STATISTICS).split()
        )
        links = linked(" ".join(sources), lang)
        lines.append(text("partial.source_country", lang, links=links))
    return Markdown(" ".join(lines)) if lines else None


@old_names(own="available_scores")
@from_results(available_scores="parstats.panel.available_scores: year level")
def unknown_note(available_scores: pd.DataFrame, year: int, lang: str) -> Notice | None:
    """Return the statement that neither a score nor a rank of the year was found; None if one was.

    Parameters
    ----------
    available_scores : pandas.DataFrame of `parstats.panel.available_scores`
    year : int
    lang : {"vi", "en"}
    """
    if _overall(available_scores, year) is not None:
        return None
    about = available_scores.iloc[0]
    lang = index_language(lang, about["index"])
    fields = {
        "name": provinces.by_code(about["vintage"])[about["province"]].names[lang],
        "index": about["index"],
        "year": year,
    }
    available = (
        available_scores["score"].notna()
        | available_scores["rank_printed"].notna()
        | available_scores["share_of_maximum"].notna()
    )
    if (available & (available_scores["year"] == year)).any():
        key = "partial.unknown_but_parts"
    elif available.any():
        key = "partial.unknown"
    else:
        key = "partial.unknown_ever"
    return Notice(text=f"{text(key, lang, **fields)} {text('partial.not_found', lang)}")


def available_notes(reach: Evidence, version: str, lang: str) -> Markdown:
    """Return the data notes at the end of a report without comparisons.

    Parameters
    ----------
    reach : parstats.panel.Evidence; how far the figures of the year carry
    version : str; of the package
    lang : {"vi", "en"}
    """
    fields = {
        "index": reach.index,
        "publisher": frameworks.index_info(reach.index).publisher[lang],
        "version": version,
    }
    keys = ["partial.notes.source", "partial.notes.kinds", "partial.notes.ranks"]
    keys += ["partial.notes.country", "notes.published.breaks", "notes.made"]
    lines = [text(key, lang, **fields) for key in keys]
    lines.insert(1, _covered(reach, lang))
    criteria = unconfirmed_text(reach.index, reach.year, lang)
    return Markdown("\n".join(f"- {line}" for line in [criteria, *lines] if line))


def no_drivers_note(reach: Evidence, lang: str) -> Notice:
    """Return the note on missing data for the drivers of a year.

    Parameters
    ----------
    reach : parstats.panel.Evidence; how far the figures of the year carry
    lang : {"vi", "en"}
    """
    lang = index_language(lang, reach.index)
    fields = {
        "index": reach.index,
        "year": reach.year,
        "need": reach.n_required,
        "of": reach.n_units,
    }
    if reach.carries_ranking:  # overall scores are enough, those of the parts are not
        sentences = [text("partial.no_parts", lang, **fields)]
    else:
        sentences = [_covered(reach, lang), text("partial.no_drivers", lang, **fields)]
        sentences.insert(1, text("partial.biased", lang))
    return Notice(text=" ".join(sentences))


@from_results(table="parstats.panel.availability: index year province state")
def availability_note(table: pd.DataFrame, lang: str) -> Markdown:
    """Return how many provinces and years of each index have an overall score, in a list.

    Parameters
    ----------
    table : pandas.DataFrame of `parstats.panel.availability`
    lang : {"vi", "en"}

    Examples
    --------
    >>> from parstats.panel import availability, load_printed, load_scores
    >>> table = availability(load_scores("PAPI"), load_printed())
    >>> availability_note(table[table["year"].isin([2023, 2024])], "en").data
    '- PAPI 2023–2024: 122 of 126 cells (a province in a year) have an overall score.'
    """
    lines = []
    for index, part in table.groupby("index", sort=False):
        n = int(part["state"].isin(["total", "complete"]).sum())
        years = {"first": part["year"].min(), "last": part["year"].max()}
        line = text("availability.cells", lang, index=index, n=n, of=len(part), **years)
        if n < MINIMUM_SHARE * len(part):
            line = f"{line} {text('partial.biased', lang)}"
        lines.append(f"- {line}")
    return Markdown("\n".join(lines))

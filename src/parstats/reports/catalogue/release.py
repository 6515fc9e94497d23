"""A whole release: reports of provinces and country, of all indices, and the page over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, storage
from parstats.arguments import year_span
from parstats.panel import load_printed, load_scores
from parstats.reference import frameworks
from parstats.reports.batch.jobs import Job
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import country_reports, province_reports
from parstats.reports.catalogue.province_reports import Figures
from parstats.reports.site.front_page import write_site
from parstats.reports.site.year_matrix import Cell, Matrix


def jobs(
    codes: Sequence[str],
    years: Mapping[str, Iterable[int]],
    langs: Sequence[str],
    forms: Sequence[str],
    *,
    country: bool = False,
) -> list[Job]:
    """Jobs of a release.

    Parameters
    ----------
    codes : sequence of str
        Two-digit codes of the provinces.
    years : mapping
        The years of each index, as {"PAPI": [2023, 2024]}.
    langs : sequence of {"vi", "en"}
        Languages.
    forms : sequence of str
        Forms to write.
    country : bool
        The reports on the whole country too.

    Returns
    -------
    list of Job
        By index, year and language. Those on the country, which take longest, come second: the
        first page is there soon, and at the end no process waits for another.
    """
    found: list[Job] = []
    for index, wanted in years.items():
        for year in wanted:
            for lang in langs:
                own = province_reports.jobs(codes, index, year, lang, forms)
                found += own[:1]
                found += country_reports.jobs(index, year, lang, forms) if country else []
                found += own[1:]
    return found


def years_of(index: str, words: str) -> list[int]:
    """Years of an index that words name.

    Parameters
    ----------
    index : str
        The index.
    words : str
        Years and spans, as "2022-2024"; "all"; empty for the newest with scores.

    Returns
    -------
    list of int
        Of a span the years with figures.

    Raises
    ------
    UnknownChoice
        If there are figures for none of them.

    Examples
    --------
    >>> years_of("PAPI", ""), years_of("PAPI", "2023-2030")
    ([2024], [2023, 2024])
    """
    scores = load_scores(index)
    if not words.strip():
        return [int(scores["year"].max())]
    known = _years(scores, _printed(index))
    if words.strip() == "all":
        return known
    asked = year_span(words) or []
    found = [year for year in known if year in asked]
    if not found:
        named = asked[0] if len(asked) == 1 else words
        raise errors.UnknownChoice(f"year of {index}", named, known)
    return found


def indices(word: str) -> list[str]:
    """Indices that a word names: one, or "all" of those with figures of provinces.

    Examples
    --------
    >>> indices("par"), indices("all")
    (['PAR INDEX'], ['PAPI', 'SIPAS', 'PAR INDEX'])
    """
    if word.strip().lower() != "all":
        return [frameworks.check_index(word)]
    scores = load_scores(None)
    known = set(scores.loc[scores["unit_level"] == "province", "index"])
    return [index for index in frameworks.INDICES if index in known]


def write_front_page(folder: Path, *, lang: str) -> Path:
    """Write ``index.html`` over all reports of a folder, from its manifest.

    Parameters
    ----------
    folder : pathlib.Path
        The output folder.
    lang : {"vi", "en"}
        Language in which the page opens.

    Returns
    -------
    pathlib.Path
        The page.
    """
    manifest = Manifest.open(folder)
    reports = manifest.reports
    own = {s: r for s, r in reports.items() if r["notebook"] == province_reports.NOTEBOOK}
    others = {s: r for s, r in reports.items() if r["notebook"] in country_reports.NOTEBOOKS}
    indices = {r["parameters"]["index"] for r in [*own.values(), *others.values()]}
    known = {
        index: _figures(load_scores(index), _printed(index))
        for index in sorted(indices & {*frameworks.INDICES})
    }
    entries = [
        province_reports.entry(
            report, known[report["parameters"]["index"]][report["parameters"]["year"]]
        )
        for report in own.values()
    ]
    pages = [country_reports.page(stem, report) for stem, report in others.items()]
    matrices = [_matrix(index, figures, own) for index, figures in known.items()]
    page = write_site(folder, entries, lang=lang, pages=pages, matrices=matrices)
    manifest.site[page.name] = storage.sha256(page)
    manifest.write()
    return page


def prepare() -> None:
    """Look up once what every report looks up: frameworks, what broke when, fonts, table styles.

    For `parstats.reports.render`, before it forks: nothing of a report is computed here.
    """
    from parstats.figures import theme

    table = frameworks.series()
    for index in table["index"].unique():
        own = table.loc[table["index"] == index, "series"]
        first, last = frameworks.years(index)
        for year in range(first, last + 1):
            for level in (None, *frameworks.LEVELS):
                frameworks.in_year(index, year, level)
            if year > first:
                frameworks.break_texts(own, year, year - 1)
    theme.ready()


def _printed(index: str) -> pd.DataFrame:
    """Figures of provinces that were found in print."""
    printed = load_printed()
    return printed[(printed["index"] == index) & (printed["unit_level"] == "province")]


def _years(scores: pd.DataFrame, printed: pd.DataFrame) -> list[int]:
    """Years with a score or a printed rank."""
    return sorted({int(year) for year in [*scores["year"].unique(), *printed["year"].unique()]})


def _figures(scores: pd.DataFrame, printed: pd.DataFrame) -> dict[int, Figures]:
    return {
        year: province_reports.figures(scores, printed, year) for year in _years(scores, printed)
    }


def _matrix(index: str, known: dict[int, Figures], own: dict[str, dict[str, Any]]) -> Matrix:
    links: dict[tuple[str, int], dict[str, str]] = {}
    for report in own.values():
        about = report["parameters"]
        pages = [name for name in report["outputs"] if name.endswith(".html")]
        if about["index"] == index and report["status"] == "done" and pages:
            links.setdefault((about["province"], about["year"]), {})[about["lang"]] = pages[0]
    cells = {
        (code, year): _cell(code, figures, links.get((code, year), {}))
        for year, figures in known.items()
        for code in {*figures.some, *(c for c, y in links if y == year)}
    }
    return Matrix(index, sorted(known), cells)


def _cell(code: str, known: Figures, links: dict[str, str]) -> Cell:
    rank = known.ranks.get(code)
    n_ranked = len(known.ranks) if rank is not None else None
    if rank is None and not known.ranks:
        rank = known.printed.get(code)
    return Cell(rank, n_ranked, known.scores.get(code), links)

"""A whole release: reports of provinces and country, of all indices, and the page over them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, storage
from parstats.arguments import parse_years
from parstats.panel import load_printed, load_scores
from parstats.panel.units import vintage_in
from parstats.reference import frameworks, provinces
from parstats.reference.labels import LANGUAGES
from parstats.reference.period_numbers import (
    period_kind,
    period_of_text,
    period_value,
    year_and_part,
)
from parstats.reference.periods import parse_period
from parstats.reports.batch.jobs import Job
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import country_reports, province_reports
from parstats.reports.catalogue.province_reports import Figures
from parstats.reports.site import explorer_page
from parstats.reports.site.addresses import EXPLORER
from parstats.reports.site.front_page import write_site
from parstats.reports.site.page_list import write_page_list
from parstats.reports.site.year_matrix import Cell, Matrix

# Folder of a year, a quarter or a month.
_PERIOD = r"\d{4}(?:-q[1-4]|-\d\d)?"


@dataclass(frozen=True)
class Selection:
    """Provinces asked for by name or code, in every index and year: what there is a page of.

    Attributes
    ----------
    codes : mapping; codes of the provinces by index and year, in the vintage of that year
    vintages : mapping; the vintage by index and year
    merged : tuple of MergedProvince by year
        Names without a page in a year, because the province was part of another one by then.
    """

    codes: Mapping[tuple[str, int], Sequence[str]]
    vintages: Mapping[tuple[str, int], int]
    merged: tuple[tuple[int, errors.MergedProvince], ...] = ()


def select_provinces(names: Sequence[str] | None, years: Mapping[str, Iterable[int]]) -> Selection:
    """Return the provinces that names mean in each index and year.

    A name or a code is read among the provinces of the year: "15" and "Yên Bái" are one province
    in 2024, and "15" is Lào Cai in 2025.

    Parameters
    ----------
    names : sequence of str or None; names or codes; None for all provinces
    years : mapping; years by index, as {"PAPI": [2023, 2024]}

    Raises
    ------
    MergedProvince: if a province was part of another one in every one of the years
    ProvinceNotMatched: if a name is no province in the newest of the years
    InvalidRequest: if a code means two provinces in these years

    Examples
    --------
    >>> select_provinces(["Lạng Sơn"], {"PAPI": [2024]}).codes
    {('PAPI', 2024): ['20']}
    """
    vintages = {
        (index, year): _vintage(index, year)
        for index, index_years in years.items()
        for year in index_years
    }
    if names is None:
        codes = {at: list(provinces.by_code(vintage)) for at, vintage in vintages.items()}
        return Selection(codes, vintages)
    by_vintage = {v: _matches(names, v) for v in sorted(set(vintages.values()), reverse=True)}
    _check_codes(names, by_vintage)
    merged = tuple(
        (year, error)
        for year, vintage in sorted({(year, v) for (_, year), v in vintages.items()})
        for error in by_vintage[vintage][1]
    )
    codes = {at: by_vintage[vintage][0] for at, vintage in vintages.items()}
    pages = set().union(*(matches for matches, _ in by_vintage.values()))
    if merged and not pages:
        raise merged[-1][1]
    return Selection(codes, vintages, merged)


def _vintage(index: str, year: int) -> int:
    return vintage_in(load_scores(index), year)


def _matches(names: Sequence[str], vintage: int) -> tuple[list[str], list[errors.MergedProvince]]:
    """Return the codes of names in a vintage, and those that were part of another province."""
    codes, merged = [], []
    for name in names:
        try:
            codes.append(provinces.match_province(name, vintage=vintage))
        except errors.MergedProvince as error:
            merged.append(error)
    return codes, merged


def _check_codes(names: Sequence[str], vintages: Iterable[int]) -> None:
    """Refuse a bare code that means another province in another of the years."""
    for name in names:
        meant = {
            vintage: provinces.by_code(vintage)[code].names["vi"]
            for vintage in vintages
            if (code := name.strip().zfill(2)) in provinces.by_code(vintage)
        }
        if len(set(meant.values())) > 1 and not provinces.is_unchanged(34, name.strip().zfill(2)):
            listed = ", ".join(f"{text} among the {v}" for v, text in meant.items())
            raise errors.InvalidRequest(
                f"code {name} means another province in another of these years ({listed}): "
                "give the name, or one year"
            )


def jobs(
    selection: Selection,
    langs: Sequence[str],
    forms: Sequence[str],
    *,
    country: bool = False,
    advice: bool = True,
) -> list[Job]:
    """Return the jobs of a release.

    With `advice`, the pages of provinces say what to work on and judge the targets of their plans.
    With `country` the reports on the whole country too. They are ordered by index, year and
    language; those on the country, which take longest, come second: the first page is there soon,
    and at the end no process waits for another.
    """
    jobs: list[Job] = []
    of_country = [form for form in forms if form != "brief"]  # a brief is of a province
    for (index, year), codes in selection.codes.items():
        for lang in langs:
            vintage = selection.vintages[index, year]
            page_jobs = province_reports.jobs(
                codes, index, year, lang, forms, vintage=vintage, advice=advice
            )
            jobs += page_jobs[:1]
            jobs += country_reports.jobs(index, year, lang, of_country) if country else []
            jobs += page_jobs[1:]
    return jobs


def select_years(index: str, years_text: str) -> list[int]:
    """Return the years of an index named in words.

    They are years and spans, as "2022-2024" (of a span the years with figures); "all"; or empty for
    the newest with scores. Of an index by quarters or months also these, as "2025-Q2,2025-Q3"; a
    year then means all in it. Raises UnknownChoice if there are figures for none of them.

    >>> select_years("PAPI", ""), select_years("PAPI", "2023-2030")
    ([2024], [2023, 2024])
    """
    scores = load_scores(index)
    if not years_text.strip():
        return [int(scores["year"].max())]
    available_years = _years(scores, _printed(index))
    if years_text.strip() == "all":
        return available_years
    periods, calendar_years = _requested(years_text, period_kind(available_years[-1]))
    years = [
        year
        for year in available_years
        if year in periods or year_and_part(year)[0] in calendar_years
    ]
    if not years:
        named = calendar_years[0] if len(calendar_years) == 1 else years_text
        raise errors.UnknownChoice(f"year of {index}", named, map(period_value, available_years))
    return years


def _requested(years_text: str, kind: str) -> tuple[list[int], list[int]]:
    """Return the quarters or months that words name, and the years."""
    periods, rest = [], []
    for part in years_text.split(","):
        try:
            number = parse_period(part) if kind != "year" else 0
        except errors.InvalidRequest:
            number = 0
        if number and period_kind(number) == kind:
            periods.append(number)
        else:
            rest.append(part)
    return periods, parse_years(",".join(rest)) or []


def indices(index_option: str) -> list[str]:
    """Return the indices a word names: one, or "all" with figures of provinces or units.

    Examples
    --------
    >>> indices("par"), indices("all")
    (['PAR INDEX'], ['PAPI', 'SIPAS', 'PAR INDEX', 'PCI'])
    """
    if index_option.strip().lower() != "all":
        return [frameworks.check_index(index_option)]
    scores = load_scores(None)
    available = set(scores.loc[scores["unit_level"].isin(["province", "unit"]), "index"])
    return [index for index in frameworks.INDICES if index in available]


def write_front_page(folder: Path, *, lang: str) -> Path:
    """Write ``index.html`` over the reports of a folder, from its manifest.

    It opens in the language given; its path is returned. Reports of what there are no figures of
    any more (`reports_without_figures`) are left out.
    """
    manifest = Manifest.open(folder)
    province_figures = _all_figures(manifest)
    reports = {
        stem: report
        for stem, report in manifest.reports.items()
        if _has_figures(stem, report, province_figures)
    }
    provincial_reports = {
        s: r for s, r in reports.items() if r["notebook"] == province_reports.NOTEBOOK
    }
    entries = [
        province_reports.entry(
            report,
            province,
            province_figures[report["parameters"]["index"]][province_reports.report_year(report)],
        )
        for report in provincial_reports.values()
        if (province := province_reports.unit(report)) is not None
    ]
    pages = [
        country_reports.page(stem, report)
        for stem, report in reports.items()
        if report["notebook"] in country_reports.NOTEBOOKS
    ]
    matrices = [
        _matrix(index, figures, provincial_reports) for index, figures in province_figures.items()
    ]
    has_explorer = EXPLORER in manifest.site
    page = write_site(
        *(folder, entries), lang=lang, pages=pages, matrices=matrices, has_explorer=has_explorer
    )
    for written in (page, write_page_list(folder, entries, pages)):
        manifest.site[written.name] = storage.sha256(written)
    manifest.write()
    return page


def write_explorer(folder: Path, *, lang: str, state: str) -> bool:
    """Write ``explore.html`` over the indices of a folder's reports, unless it is up to date.

    Parameters
    ----------
    folder : pathlib.Path; with a manifest
    lang : {"vi", "en"}; language that it opens in
    state : str; hash of the data and the code that it is made from

    Returns
    -------
    bool: whether it draws; without the library it says how to get it
    """
    manifest = Manifest.open(folder)
    named = {report["parameters"].get("index") for report in manifest.reports.values()}
    indices = [index for index in frameworks.indices() if index in named]
    key = explorer_page.made_from(indices, lang, state)
    path = folder / EXPLORER
    if not explorer_page.is_current(path, key, manifest.site.get(EXPLORER)):
        explorer_page.write_explorer(folder, indices, lang=lang, key=key)
        manifest.site[EXPLORER] = storage.sha256(path)
        manifest.write()
    return explorer_page.has_library()


def reports_without_figures(folder: Path) -> list[str]:
    """Return the reports of a folder that are of no unit, year or index with figures today.

    A unit, a year or an index of one's own was taken out of the data folder since they were made,
    or nobody knows which province they are about (a record of before version 0.3).
    """
    manifest = Manifest.open(folder)
    province_figures = _all_figures(manifest)
    return [
        stem
        for stem, report in manifest.reports.items()
        if _is_ours(report) and not _has_figures(stem, report, province_figures)
    ]


def _is_ours(report: dict[str, Any]) -> bool:
    return report["notebook"] in (province_reports.NOTEBOOK, *country_reports.NOTEBOOKS)


def _all_figures(manifest: Manifest) -> dict[str, dict[int, Figures]]:
    """Return the figures of the indices that reports of a folder are of, by index and year."""
    named = [report["parameters"].get("index") for report in manifest.reports.values()]
    figures = {}
    for index in sorted(index for index in frameworks.indices() if index in named):
        with suppress(errors.NoFigures):
            figures[index] = _figures(load_scores(index), _printed(index))
    return figures


def _has_figures(
    stem: str, report: dict[str, Any], province_figures: Mapping[str, Mapping[int, Figures]]
) -> bool:
    """Return whether the record of a report is of a page that there is today."""
    parameters = report["parameters"]
    index, lang = parameters.get("index"), parameters.get("lang")
    folder, _, page = stem.rpartition("/")
    if not _is_ours(report) or index not in list(province_figures) or lang not in LANGUAGES:
        return False
    pattern = rf"{re.escape(frameworks.slug(index))}/({_PERIOD})/{lang}"
    match = re.fullmatch(pattern, folder, re.ASCII)
    if match is None or period_of_text(match[1].upper()) not in province_figures[index]:
        return False
    if report["notebook"] != province_reports.NOTEBOOK:
        return page == country_reports.NOTEBOOKS[report["notebook"]][0]
    year, province = province_reports.report_year(report), province_reports.unit(report)
    return (
        year in list(province_figures[index])
        and province is not None
        and province.vintage == province_figures[index][year].vintage
    )


def prepare() -> None:
    """Load what every report needs once: frameworks, breaks, fonts, table styles.

    For `parstats.reports.render`, before it forks: nothing of a report is computed here.
    """
    from parstats.figures import theme

    table = frameworks.series()
    for index in table["index"].unique():
        province_reports = table.loc[table["index"] == index, "series"]
        first, last = frameworks.years(index)
        for year in range(first, last + 1):
            for level in (None, *frameworks.LEVELS):
                frameworks.in_year(index, year, level)
            if year > first:
                frameworks.break_texts(province_reports, year, year - 1)
    theme.prepare_fonts()


def _printed(index: str) -> pd.DataFrame:
    """Return the printed figures of provinces."""
    printed = load_printed()
    return printed[(printed["index"] == index) & (printed["unit_level"] == "province")]


def _years(scores: pd.DataFrame, printed: pd.DataFrame) -> list[int]:
    """Return the years with a score or a printed rank."""
    return sorted({int(year) for year in [*scores["year"].unique(), *printed["year"].unique()]})


def _figures(scores: pd.DataFrame, printed: pd.DataFrame) -> dict[int, Figures]:
    return {
        year: province_reports.figures(scores, printed, year) for year in _years(scores, printed)
    }


def _matrix(
    index: str, province_figures: dict[int, Figures], reports: dict[str, dict[str, Any]]
) -> Matrix:
    links: dict[tuple[int, str, int], dict[str, str]] = {}
    for report in reports.values():
        about, province = report["parameters"], province_reports.unit(report)
        pages = [name for name in report["outputs"] if name.endswith(".html")]
        if about["index"] == index and report["status"] == "done" and pages and province:
            at = (province.vintage, province.code, province_reports.report_year(report))
            links.setdefault(at, {})[about["lang"]] = pages[0]
    cells = {
        (figures.vintage, code, year): _cell(
            code, figures, links.get((figures.vintage, code, year), {})
        )
        for year, figures in province_figures.items()
        for code in {*figures.with_any_score, *(c for _, c, y in links if y == year)}
    }
    vintages = {year: figures.vintage for year, figures in sorted(province_figures.items())}
    return Matrix(index, vintages, cells)


def _cell(code: str, province_figures: Figures, links: dict[str, str]) -> Cell:
    rank = province_figures.ranks.get(code)
    n_ranked = len(province_figures.ranks) if rank is not None else None
    if rank is None and not province_figures.ranks:
        rank = province_figures.printed.get(code)
    return Cell(rank, n_ranked, province_figures.scores.get(code), links)

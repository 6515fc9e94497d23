"""Reports of single provinces: their jobs, and their entries on the front page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from parstats import errors, storage
from parstats.figures.citation import citations_beside
from parstats.panel import quartile, ranks
from parstats.panel.grades import grade_of
from parstats.panel.units import vintage_in
from parstats.reference import definitions, frameworks, labels, provinces
from parstats.reference.labels import collation_key, text
from parstats.reference.period_numbers import period_of_text, period_text, period_value
from parstats.reports.batch.jobs import Job
from parstats.reports.site.addresses import page_links
from parstats.reports.site.front_page import Entry

NOTEBOOK = "04_province_report.ipynb"


def jobs(
    codes: Sequence[str],
    index: str,
    year: int,
    lang: str,
    forms: Sequence[str],
    *,
    vintage: int = provinces.VINTAGE,
    advice: bool = True,
) -> list[Job]:
    """Return the jobs of the reports of some provinces, by their codes in a vintage.

    In Vietnamese order of names. With `advice`, pages say what to work on and judge targets.
    """
    records = [provinces.by_code(vintage)[code] for code in dict.fromkeys(codes)]
    when = labels.period(year, lang)
    source = citations_beside(index, year, lang)
    return [
        Job(
            notebook=storage.notebooks_folder() / NOTEBOOK,
            parameters={
                "province": province.code,
                "index": index,
                "year": period_value(year),
                "lang": lang,
                "advice": advice,
                "brief": bool({"brief", "docx"} & set(forms)),
            },
            stem=f"{frameworks.slug(index)}/{period_text(year).lower()}/{lang}/{province.stem}",
            title=text("page.title", lang, name=province.names[lang], index=index, year=when),
            lang=lang,
            forms=tuple(dict.fromkeys(forms)),
            links=page_links(index, year, lang, [province.code]),
            unit={"vintage": vintage, "province": province.code, "name": province.names["vi"]},
            source=source,
        )
        for province in sorted(records, key=lambda record: collation_key(record.names["vi"]))
    ]


def report_year(report: dict[str, Any]) -> int:
    """Return the year (or quarter, or month) of a report, from its record; 0 if it has none."""
    year = report["parameters"].get("year")
    if isinstance(year, str):
        return period_of_text(year) or 0
    return year if isinstance(year, int) else 0


def unit(report: dict[str, Any]) -> provinces.Province | None:
    """Return the province of a report, from its record in the manifest; None if there is none.

    Before version 0.3 the record had a code only, which was read among the 63: right for years
    to 2024, and for later ones nobody knows whose page it is. A unit of an index of one's own is
    one of those that the index has today.
    """
    parameters, recorded = report["parameters"], report.get("unit") or {}
    vintage = recorded.get("vintage", provinces.VINTAGE)
    if vintage not in provinces.VINTAGES:
        vintage = definitions.unit_set_of_index(str(parameters.get("index")))
    if not recorded and report_year(report) > provinces.LAST_YEAR_63_PROVINCES:
        return None
    return provinces.by_code(vintage).get(str(parameters.get("province")))


@dataclass(frozen=True)
class Figures:
    """Figures of the provinces in one index and year."""

    vintage: int  # the set of provinces that the codes are of
    scores: dict[str, float]  # overall score by province
    ranks: dict[str, int]  # rank by province; empty if too few provinces have a score for a ranking
    printed: dict[str, int]  # rank printed in the source, by province
    with_any_score: frozenset[str]  # provinces with any figure


def figures(scores: pd.DataFrame, printed: pd.DataFrame, year: int) -> Figures:
    """Return the figures of the provinces in one year.

    The scores are of one index, and so are the printed figures (`parstats.load_printed`); a year
    may have these alone.
    """
    province_reports, ranked = (
        table[(table["year"] == year) & table["unit_level"].isin(["province", "unit"])]
        for table in (scores, printed)
    )
    totals = province_reports[province_reports["level"] == "index"].set_index("province")
    overall = ranked["series"].isin({frameworks.top(name) for name in ranked["index"].unique()})
    in_print = ranked[overall].dropna(subset=["rank_printed"]).set_index("province")["rank_printed"]
    return Figures(
        vintage_in(scores, year),
        {str(code): float(score) for code, score in totals["score"].items()},
        _ranking(scores, year) if len(totals) else {},
        {str(code): int(rank) for code, rank in in_print.items()},
        frozenset(province_reports["province"]) | frozenset(in_print.index),
    )


def _ranking(scores: pd.DataFrame, year: int) -> dict[str, int]:
    """Return the rank by province; empty for a year that too few provinces cover."""
    try:
        ranking = ranks(scores, year).set_index("province")["rank"]
    except errors.InsufficientCoverage:
        return {}
    return {str(code): int(rank) for code, rank in ranking.items()}


def entry(report: dict[str, Any], province: provinces.Province, province_figures: Figures) -> Entry:
    """Return the front page's entry of a report on a province, from its record in the manifest."""
    parameters = report["parameters"]
    failed = report["status"] == "failed"
    pages = [name for name in report["outputs"] if name.endswith(".html")]
    rank = province_figures.ranks.get(province.code)
    index = frameworks.check_index(parameters["index"])
    score = province_figures.scores.get(province.code)
    grade = None if score is None else grade_of(index, score)
    done = "done" if province.code in province_figures.with_any_score else "no data"
    return Entry(
        index=index,
        year=report_year(report),
        lang=parameters["lang"],
        code=province.code,
        vintage=province.vintage,
        names=province.names,
        short=province.short_names,
        region=province.region,
        tile=province.tile,
        href=(pages or list(report["outputs"]) or [None])[0],
        status="failed" if failed else done,
        message=report["message"],
        unfinished=report.get("unfinished") or None,
        score=score,
        grade=None if grade is None else {lang: grade[f"name_{lang}"] for lang in labels.LANGUAGES},
        rank=rank,
        n_ranked=len(province_figures.ranks) if rank is not None else None,
        rank_printed=None
        if province_figures.ranks
        else province_figures.printed.get(province.code),
        quartile=quartile(rank, len(province_figures.ranks)) if rank is not None else None,
    )

"""The batch of provincial reports: its jobs, and the front page over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from parstats import errors, frameworks, provinces, storage
from parstats.labels import collation_key, text
from parstats.panel import load_scores, quartile_of, ranks
from parstats.reports.jobs import Job
from parstats.reports.manifest import Manifest, versions
from parstats.reports.runner import state_hash
from parstats.reports.site import Entry, write_site

NOTEBOOK = "04_province_report.ipynb"


def jobs(codes: Sequence[str], index: str, year: int, lang: str, forms: Sequence[str]) -> list[Job]:
    """Jobs of the reports of some provinces.

    Parameters
    ----------
    codes : sequence of str
        Two-digit codes.
    index : str
        The index.
    year : int
        The year.
    lang : {"vi", "en"}
        Language.
    forms : sequence of str
        Forms to write.

    Returns
    -------
    list of Job
        In Vietnamese order of names.
    """
    known = provinces.by_code()
    ordered = sorted(dict.fromkeys(codes), key=lambda code: collation_key(known[code].names["vi"]))
    return [
        Job(
            notebook=storage.notebooks_folder() / NOTEBOOK,
            parameters={"province": code, "index": index, "year": year, "lang": lang},
            stem=f"{frameworks.slug(index)}/{year}/{lang}/{known[code].stem}",
            title=text("page.title", lang, name=known[code].names[lang], index=index, year=year),
            lang=lang,
            forms=tuple(dict.fromkeys(forms)),
            home=text("page.home", lang),
        )
        for code in ordered
    ]


def state() -> dict[str, Any]:
    """What every report depends on besides its notebook and parameters: data and code."""
    built_from = storage.read_descriptor(storage.data_folder().processed)["parstats"]
    return {**built_from, "package": storage.code_hash(), "versions": versions()}


def outdated(folder: Path, state: dict[str, Any]) -> int:
    """How many reports of a folder were made from another state than this."""
    return Manifest.open(folder).outdated(state_hash(state))


def write_front_page(folder: Path, scores: pd.DataFrame, *, lang: str) -> Path:
    """Write ``index.html`` over all provincial reports of a folder, from its manifest.

    Parameters
    ----------
    folder : pathlib.Path
        The output folder.
    scores : pandas.DataFrame
        Scores of the index, all years.
    lang : {"vi", "en"}
        Language in which the page opens.

    Returns
    -------
    pathlib.Path
        The page.
    """
    manifest = Manifest.open(folder)
    own = [report for report in manifest.reports.values() if report["notebook"] == NOTEBOOK]
    groups = {(r["parameters"]["index"], r["parameters"]["year"]) for r in own}
    rankings = {group: _ranking(scores, *group) for group in groups}
    entries = [
        _entry(report, rankings[report["parameters"]["index"], report["parameters"]["year"]])
        for report in own
    ]
    page = write_site(folder, entries, lang=lang)
    manifest.site[page.name] = storage.sha256(page)
    manifest.write()
    return page


def _ranking(scores: pd.DataFrame, index: str, year: int) -> pd.DataFrame:
    """Ranking by province; empty for a year that too few provinces cover."""
    own = scores[scores["index"] == index]
    if own.empty:  # the folder holds reports of another index too
        own = load_scores(index)
    try:
        return ranks(own, year).set_index("province")
    except errors.InsufficientCoverage:
        return pd.DataFrame(columns=["score", "rank"])


def _entry(report: dict[str, Any], ranking: pd.DataFrame) -> Entry:
    parameters = report["parameters"]
    province = provinces.by_code()[parameters["province"]]
    found = province.code in ranking.index
    failed = report["status"] == "failed"
    pages = [name for name in report["outputs"] if name.endswith(".html")]
    others = list(report["outputs"])
    rank = int(ranking.loc[province.code, "rank"]) if found else None
    return Entry(
        index=frameworks.check_index(parameters["index"]),
        year=int(parameters["year"]),
        lang=parameters["lang"],
        code=province.code,
        names=province.names,
        short=province.short_names,
        region=province.region,
        tile=province.tile,
        href=(pages or others or [None])[0],
        status="failed" if failed else "done" if found else "no data",
        message=report["message"],
        score=float(ranking.loc[province.code, "score"]) if found else None,
        rank=rank,
        n_ranked=len(ranking) if found else None,
        quartile=quartile_of(rank, len(ranking)) if rank is not None else None,
    )

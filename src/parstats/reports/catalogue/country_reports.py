"""Reports on the country: their jobs, and their entries on the front page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parstats import storage
from parstats.figures.citation import citation, citations_beside
from parstats.figures.text import language
from parstats.reference import frameworks
from parstats.reference.labels import LANGUAGES, period, text
from parstats.reference.period_numbers import period_of_text, period_text, period_value
from parstats.reports.batch.jobs import Job
from parstats.reports.site.addresses import page_links
from parstats.reports.site.front_page import Page

# By notebook: name of the page, and its parameters besides index and language.
NOTEBOOKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "01_data_quality.ipynb": ("data-quality", ()),
    "02_drivers.ipynb": ("drivers", ("year", "province")),
    "03_remedies.ipynb": ("remedies", ("province",)),
    "05_across_indices.ipynb": ("across-indices", ("year",)),
}


def jobs(index: str, year: int, lang: str, forms: Sequence[str]) -> list[Job]:
    """Return the jobs of the reports on the whole country, of one index, year and language.

    Data quality, drivers, remedies, the other indices beside it; of an index of one's own the
    drivers only, which need neither regions nor plans.
    """
    values = {"year": period_value(year), "province": ""}
    words, when = language(lang, index), period(year, lang)
    sources = {year: citation(index, year, lang).as_text() for year in (year, None)}
    beside = citations_beside(index, year, lang)
    of_units = frameworks.index_info(index).unit_level == "unit"
    return [
        Job(
            notebook=storage.notebooks_folder() / notebook,
            parameters={"index": index, "lang": lang} | {key: values[key] for key in more},
            stem=f"{frameworks.slug(index)}/{period_text(year).lower()}/{lang}/{name}",
            title=text("page.national", words, name=_name(name)[lang], index=index, year=when),
            lang=lang,
            forms=tuple(dict.fromkeys(forms)),
            links=page_links(index, year, lang),
            # A page that no year is given to is about all of them.
            source=beside
            if name == "across-indices"
            else sources[year if "year" in more else None],
        )
        for notebook, (name, more) in NOTEBOOKS.items()
        if name == "drivers" or not of_units
    ]


def page(stem: str, report: dict[str, Any]) -> Page:
    """Return the front page's entry of a report, from its record in the manifest."""
    _, year, lang, name = stem.split("/")
    pages = [name for name in report["outputs"] if name.endswith(".html")]
    return Page(
        index=frameworks.check_index(report["parameters"]["index"]),
        year=period_of_text(year.upper()) or 0,
        lang=lang,
        names=_name(name),
        href=(pages or list(report["outputs"]) or [None])[0],
        message=report["message"],
        unfinished=report.get("unfinished") or None,
    )


def _name(name: str) -> dict[str, str]:
    key = f"site.page.{name.replace('-', '_')}"
    return {lang: text(key, lang) for lang in LANGUAGES}

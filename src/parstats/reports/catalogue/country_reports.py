"""Reports on the country: their jobs, and their entries on the front page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parstats import storage
from parstats.reference import frameworks
from parstats.reference.labels import LANGUAGES, text
from parstats.reports.batch.jobs import Job
from parstats.reports.site.front_page import Page

# By notebook: name of the page, and its parameters besides index and language.
NOTEBOOKS: dict[str, tuple[str, tuple[str, ...]]] = {
    "01_data_quality.ipynb": ("data-quality", ()),
    "02_drivers.ipynb": ("drivers", ("year", "province")),
    "03_remedies.ipynb": ("remedies", ("province",)),
}


def jobs(index: str, year: int, lang: str, forms: Sequence[str]) -> list[Job]:
    """Return the jobs of the reports on the whole country, of one index, year and language.

    Data quality, drivers, remedies.
    """
    values = {"year": year, "province": ""}
    return [
        Job(
            notebook=storage.notebooks_folder() / notebook,
            parameters={"index": index, "lang": lang} | {key: values[key] for key in more},
            stem=f"{frameworks.slug(index)}/{year}/{lang}/{name}",
            title=text("page.national", lang, name=_name(name)[lang], index=index, year=year),
            lang=lang,
            forms=tuple(dict.fromkeys(forms)),
            home=text("page.home", lang),
        )
        for notebook, (name, more) in NOTEBOOKS.items()
    ]


def page(stem: str, report: dict[str, Any]) -> Page:
    """Return the front page's entry of a report, from its record in the manifest."""
    _, year, lang, name = stem.split("/")
    pages = [name for name in report["outputs"] if name.endswith(".html")]
    return Page(
        index=frameworks.check_index(report["parameters"]["index"]),
        year=int(year),
        lang=lang,
        names=_name(name),
        href=(pages or list(report["outputs"]) or [None])[0],
        message=report["message"],
        unfinished=report.get("unfinished") or None,
    )


def _name(name: str) -> dict[str, str]:
    key = f"site.page.{name.replace('-', '_')}"
    return {lang: text(key, lang) for lang in LANGUAGES}

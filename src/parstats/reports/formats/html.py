"""An executed notebook as one light, self-contained HTML page."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.reference.labels import LANGUAGES, text
from parstats.reports.formats.figure_tables import data_csv, data_table

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


_TEMPLATES = Path(__file__).resolve().parent / "templates"
# Cells for whoever opens the notebook, and prose in the other language, stay out of the page.
_NOTE_TAG = "note"
# What the page's own script writes beside its links.
_WORDS = ("previous", "next", "year", "index", "contents", "svg")
_PICTURES = ["image/svg+xml", "image/png", "image/jpeg"]


def write(executed: NotebookNode, about: About) -> bytes:
    """Return the page in UTF-8; see `page`."""
    return page(executed, about).encode()


def hidden_tags(lang: str) -> set[str]:
    """Return the tags of cells that a page in a language leaves out.

    >>> sorted(hidden_tags("vi"))
    ['lang-en', 'note']
    """
    return {_NOTE_TAG, *(f"lang-{other}" for other in LANGUAGES if other != lang)}


def page(executed: NotebookNode, about: About) -> str:
    """Turn an executed notebook into a page: prose and outputs, no code.

    Markdown cells tagged ``lang-vi`` or ``lang-en`` are kept in a page of that language only, cells
    tagged ``note`` in none. A picture that is there both as SVG and as PNG is taken as SVG. The
    same outputs give the same bytes.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    resources = {
        "parstats": {
            "title": about.title,
            "lang": about.lang,
            "links": about.links,
            "root": about.root,
            "page": about.page,
            "words": json.dumps(
                {name: text(f"page.{name}", about.lang) for name in _WORDS}, ensure_ascii=False
            ),
            "script": _script(),
            "save_csv": text("page.csv", about.lang),
            "figure_data": text("page.figure_data", about.lang),
            "data_table": data_table,
            "data_csv": data_csv,
            "source": about.source,
            "style": _style(),
        }
    }
    exporter = _exporter(about.lang)
    # The method of HTMLExporter itself would read the finished page once more, for nothing here.
    body, _ = TemplateExporter.from_notebook_node(exporter, executed, resources=resources)
    return str(body)


@cache
def _script() -> str:
    return (_TEMPLATES / "page" / "page.js").read_text(encoding="utf-8")


@cache
def _style() -> str:
    return (_TEMPLATES / "page" / "page.css").read_text(encoding="utf-8")


@cache
def _exporter(lang: str) -> Any:
    """Return the exporter, made once per process: its template is slow to compile."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = hidden_tags(lang)
    config.NbConvertBase.display_data_priority = [
        "text/html",
        "text/markdown",
        *_PICTURES,
        "text/latex",
        "text/plain",
    ]
    return HTMLExporter(
        config=config,
        template_name="page",
        extra_template_basedirs=[str(_TEMPLATES)],
        default_preprocessors=[],
        exclude_anchor_links=True,
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )

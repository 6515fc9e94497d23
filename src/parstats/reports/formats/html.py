"""An executed notebook as one light, self-contained HTML page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parstats.reference.labels import LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from parstats.reports.formats.report_info import About


_TEMPLATES = Path(__file__).resolve().parent / "templates"
# Cells for whoever opens the notebook, and prose in the other language, stay out of the page.
_NOTE_TAG = "note"
_PICTURES = ["image/svg+xml", "image/png", "image/jpeg"]


def write(executed: NotebookNode, about: About) -> bytes:
    """Return the page in UTF-8; see `page`."""
    return page(executed, about).encode()


def page(executed: NotebookNode, about: About, *, vector: bool = True) -> str:
    """Turn an executed notebook into a page: prose and outputs, no code.

    Markdown cells tagged ``lang-vi`` or ``lang-en`` are kept in a page of that language only, cells
    tagged ``note`` in none. With `vector` a picture that is there both as SVG and as PNG is taken
    as SVG; else as PNG. The same outputs give the same bytes.
    """
    from nbconvert.exporters.templateexporter import TemplateExporter

    resources = {
        "parstats": {
            "title": about.title,
            "lang": about.lang,
            "home": about.home,
            "home_href": about.home_href,
            "style": _style(),
        }
    }
    exporter = _exporter(about.lang, vector)
    # The method of HTMLExporter itself would read the finished page once more, for nothing here.
    body, _ = TemplateExporter.from_notebook_node(exporter, executed, resources=resources)
    return str(body)


@cache
def _style() -> str:
    return (_TEMPLATES / "page" / "page.css").read_text(encoding="utf-8")


@cache
def _exporter(lang: str, vector: bool) -> Any:
    """Return the exporter, made once per process: its template is slow to compile."""
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    other_tags = {f"lang-{other}" for other in LANGUAGES if other != lang}
    pictures = _PICTURES if vector else [*_PICTURES[1:], _PICTURES[0]]
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = {_NOTE_TAG, *other_tags}
    config.NbConvertBase.display_data_priority = [
        "text/html",
        "text/markdown",
        *pictures,
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

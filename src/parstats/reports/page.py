"""An executed notebook as one light, self-contained HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbformat import NotebookNode

_TEMPLATES = Path(__file__).resolve().parent / "templates"
# Cells for whoever opens the notebook, and prose in the other language, stay out of the page.
_NOTE_TAG = "note"


def to_html(notebook: NotebookNode, *, title: str, lang: str, home: str, home_href: str) -> str:
    """Turn an executed notebook into a page: prose and outputs, no code.

    Markdown cells tagged ``lang-vi`` or ``lang-en`` are kept in a page of that language only, cells
    tagged ``note`` in none.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The executed notebook.
    title : str
        Title of the page.
    lang : str
        Language of the page ("vi" or "en").
    home, home_href : str
        Words and address of the link to the front page; no link if empty.

    Returns
    -------
    str
        The page. The same outputs give the same bytes.
    """
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    from parstats.labels import LANGUAGES

    others = {f"lang-{other}" for other in LANGUAGES if other != lang}
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = {_NOTE_TAG, *others}
    exporter = HTMLExporter(
        config=config,
        template_name="page",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    about: dict[str, Any] = {"title": title, "lang": lang, "home": home, "home_href": home_href}
    about["style"] = (_TEMPLATES / "page" / "page.css").read_text(encoding="utf-8")
    body, _ = exporter.from_notebook_node(notebook, resources={"parstats": about})
    return str(body)

"""The page on which a reader chooses: index, year, series, provinces; map, comparison, history."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from parstats import storage
from parstats.errors import ToolMissing
from parstats.figures.citation import spans_line
from parstats.figures.interactive.province_tiles import map_chart
from parstats.figures.interactive.score_comparison import comparison_chart
from parstats.figures.interactive.score_history import MEASURES, history_chart
from parstats.figures.interactive.vega_theme import (
    MOST_PROVINCES,
    PROVINCE_COLOURS,
    altair,
    number_marks,
    themed,
)
from parstats.reference import csv_tables, labels
from parstats.reports.batch import outputs
from parstats.reports.site.addresses import EXPLORER
from parstats.reports.site.explorer_data import explorer_data
from parstats.reports.site.front_page import environment

#: Ways to look at the scores.
VIEWS = ("map", "compare", "history", "table")
# Characters at the head of the page that name what it was made from.
_HEAD = 2000
# Texts of the page that other pages have too.
_SHARED_TEXTS = {
    "language": "site.language",
    "rank": "site.column.rank",
    "score": "site.column.score",
    "province": "site.column.name",
}


def write_explorer(folder: Path, indices: Sequence[str], *, lang: str, key: str = "") -> Path:
    """Write the explorer of a folder of reports, whole or not at all.

    It holds the scores of the indices, the library that draws and all texts in both languages, and
    loads nothing. Where the library is not installed the page says how to get it.

    Parameters
    ----------
    folder : pathlib.Path
    indices : sequence of str; with scores
    lang : {"vi", "en"}; language that it opens in
    key : str; what it is made from (`made_from`), by which `is_current` knows it again

    Returns
    -------
    pathlib.Path: the page, ``folder/explore.html``
    """
    path = folder / EXPLORER
    outputs.write(path, explorer_page(indices, lang=lang, key=key).encode())
    return path


def made_from(indices: Sequence[str], lang: str, state: str) -> str:
    """Return a hash of all that the explorer hangs on: data and code by their hash, library."""
    library = hashlib.sha256(_library().encode()).hexdigest()
    return hashlib.sha256(json.dumps([*indices, lang, state, library]).encode()).hexdigest()


def is_current(path: Path, key: str, written: str | None) -> bool:
    """Return whether an explorer is as it was written, from what the key names."""
    if written is None or not path.is_file() or storage.sha256(path) != written:
        return False
    return f'content="{key}"' in path.read_text(encoding="utf-8")[:_HEAD]


def has_library() -> bool:
    """Return whether what draws the explorer is installed."""
    return bool(_library())


def explorer_page(indices: Sequence[str], *, lang: str, key: str = "") -> str:
    """Return the explorer as text; see `write_explorer`."""
    labels.check_language(lang)
    library = _library()
    texts = _page_texts()
    data = explorer_data(indices) if library and indices else {"indices": []}
    spans = [
        (each["index"], each["years"][0]["year"], each["years"][-1]["year"])
        for each in data["indices"]
    ]
    source = {each: spans_line(spans, each) if spans else "" for each in labels.LANGUAGES}
    sources = {
        span[0]: {each: spans_line([span], each) for each in labels.LANGUAGES} for span in spans
    }
    page = {
        "data": data,
        "texts": texts,
        "languages": list(labels.LANGUAGES),
        "most": MOST_PROVINCES,
        "colours": list(PROVINCE_COLOURS),
        "marks": {each: number_marks(each) for each in labels.LANGUAGES},
        "source": source,
        "sources": sources,
        "specs": _specifications() if data["indices"] else {},
    }
    return str(
        environment()
        .get_template("explorer/explorer.html.j2")
        .render(
            lang=lang,
            key=key,
            texts=texts,
            message="" if data["indices"] else "no_data" if library else "no_library",
            views=VIEWS,
            library=library if data["indices"] else "",
            page=_in_script(json.dumps(page, ensure_ascii=False, separators=(",", ":"))),
            source=source[lang],
        )
    )


@cache
def _library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script; empty if they are not installed."""
    try:
        version = altair().SCHEMA_VERSION.removeprefix("v")
        package = import_module("vl_convert")
    except (ToolMissing, ImportError):
        return ""
    of_charts = ".".join(version.split(".")[:2])
    return _in_script(package.javascript_bundle(vl_version=of_charts))


def _in_script(content: str) -> str:
    """Return a script or its data so that nothing in it ends the element that it stands in."""
    return re.sub("</(?=script)", r"<\\/", content, flags=re.IGNORECASE).replace("<!--", r"\x3c!--")


@cache
def _page_texts() -> dict[str, dict[str, str]]:
    """Return the texts of the page by language, under the keys that its scripts use."""
    prefix = "explorer."
    keys = {
        row["key"].removeprefix(prefix): row["key"]
        for row in csv_tables.rows("labels")
        if row["key"].startswith(prefix) and not row["key"].startswith("explorer.level.")
    } | _SHARED_TEXTS
    return {
        lang: {key: _raw(name, lang) for key, name in keys.items()} for lang in labels.LANGUAGES
    }


def _raw(key: str, lang: str) -> str:
    """Return a text with its fields unfilled: the page fills them in."""
    return labels.template(key, lang)


def _specifications() -> dict[str, dict[str, Any]]:
    """Return the charts by language; ``["$names"]`` and the like are filled in by the page."""
    rows = altair().NamedData(name="rows")
    names, places, whens = ["$names"], ["$labels"], ["$whens"]
    return {
        lang: {
            "map": _specification(map_chart(lang, rows)),
            "compare": _specification(comparison_chart(lang, rows, places, names)),
            **{
                measure: _specification(history_chart(lang, rows, whens, names, measure))
                for measure in MEASURES
            },
        }
        for lang in labels.LANGUAGES
    }


def _specification(chart: Any) -> dict[str, Any]:
    """Return a chart as Vega-Lite, as wide as its place in the page."""
    spec: dict[str, Any] = themed(chart).to_dict(validate=False)
    return spec | {"autosize": {"type": "fit-x", "contains": "padding"}}

"""The list of the pages of a release, by which each page links to its neighbours."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parstats.reference import frameworks, labels
from parstats.reports.batch import outputs
from parstats.reports.site.addresses import PAGE_LIST
from parstats.reports.site.front_page import Entry, Page


def write_page_list(folder: Path, entries: Sequence[Entry], pages: Sequence[Page]) -> Path:
    """Write what pages there are, as a script that pages load from the folder; whole or not at all.

    Returns the path, ``folder/pages.js``.
    """
    path = folder / PAGE_LIST
    groups = json.dumps(_groups(entries, pages), ensure_ascii=False, separators=(",", ":"))
    outputs.write(path, f"var parstatsPages={groups};\n".encode())
    return path


def _groups(entries: Sequence[Entry], pages: Sequence[Page]) -> list[dict[str, Any]]:
    """Return the pages of each index, year and language, in the order of names."""
    groups: dict[tuple[str, int, str], list[Entry | Page]] = {}
    listed: list[Entry | Page] = [*pages, *entries]
    for page in listed:
        link = page.link if isinstance(page, Entry) else page.href
        if link and link.endswith(".html"):
            groups.setdefault((page.index, page.year, page.lang), []).append(page)
    return [
        {
            "folder": _folder(members[0]),
            "index": index,
            "slug": frameworks.slug(index),
            "year": year,
            "when": labels.period(year, lang),
            "lang": lang,
            "pages": [_named(member, lang) for member in _ordered(members, lang)],
        }
        for (index, year, lang), members in sorted(groups.items())
    ]


def _folder(page: Entry | Page) -> str:
    return str(page.href).rpartition("/")[0]


def _ordered(members: Sequence[Entry | Page], lang: str) -> list[Entry | Page]:
    """Return pages on the country first, then those of provinces by name."""
    return sorted(
        members,
        key=lambda page: (page.code != "", page.code and labels.collation_key(page.names[lang])),
    )


def _named(page: Entry | Page, lang: str) -> list[str]:
    """Return the file of a page and its name, and "" for one on the country."""
    file = str(page.href).rpartition("/")[2]
    return [file, page.names[lang], "province" if page.code else ""]

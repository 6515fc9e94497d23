"""A brief: the sections of a short administrative report, kept in a notebook beside its page."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from parstats.figures.table import Table

MIME_TYPE = "application/vnd.parstats.brief+json"
"""Under this name an executed notebook holds a brief."""


@dataclass(frozen=True)
class Picture:
    """A picture of a brief, as PNG, with its caption."""

    content: bytes
    caption: str


@dataclass(frozen=True, eq=False)
class Section:
    """A section of a brief: paragraphs, then entries of a list, a picture and a table."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    picture: Picture | None = None
    table: Table | None = None
    caption: str = ""  # of the table
    closing: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Brief:
    """A short report of one province: title, summary, sections.

    Attributes
    ----------
    lang : {"vi", "en"}
    title : str; what the report is about
    summary : tuple of str; what matters most, in sentences; opens the long report
    sections : tuple of Section
    source : str; whose figures these are, in one line

    Examples
    --------
    >>> brief = Brief("en", "PAPI 2024", ("It rose.",), (Section("Results", ("It rose.",)),))
    >>> Brief.from_json(brief.as_json()).sections[0].heading
    'Results'
    """

    lang: str
    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the brief as JSON; `from_json` reads it back."""
        return {
            "lang": self.lang,
            "title": self.title,
            "summary": list(self.summary),
            "sections": [_as_json(section) for section in self.sections],
            "source": self.source,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Brief:
        """Return the brief that a notebook holds."""
        return cls(
            content["lang"],
            content["title"],
            tuple(content["summary"]),
            tuple(_from_json(section) for section in content["sections"]),
            content["source"],
        )

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        return {"text/plain": self.title, MIME_TYPE: self.as_json()}


def _as_json(section: Section) -> dict[str, Any]:
    picture, table = section.picture, section.table
    return {
        "heading": section.heading,
        "paragraphs": list(section.paragraphs),
        "items": list(section.items),
        "picture": picture
        and {
            "content": base64.b64encode(picture.content).decode("ascii"),
            "caption": picture.caption,
        },
        "table": table.as_json() if table is not None else None,
        "caption": section.caption,
        "closing": list(section.closing),
    }


def _from_json(content: Mapping[str, Any]) -> Section:
    picture, table = content["picture"], content["table"]
    return Section(
        content["heading"],
        tuple(content["paragraphs"]),
        tuple(content["items"]),
        Picture(base64.b64decode(picture["content"]), picture["caption"]) if picture else None,
        Table.from_json(table) if table else None,
        content["caption"],
        tuple(content["closing"]),
    )

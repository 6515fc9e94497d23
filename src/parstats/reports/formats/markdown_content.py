"""Markdown as parts of a report, read by the parser that makes the HTML page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import unquote_to_bytes

from parstats.reference.labels import text
from parstats.reports.formats.page_content import (
    Figure,
    Heading,
    Item,
    Paragraph,
    Part,
    Run,
    Runs,
    plain,
)
from parstats.reports.formats.text_table import text_table

Token = dict[str, Any]
_SPACE = re.compile(r"[ \t\r\n\f]+")
_TAGS = re.compile(r"<!--.*?-->|<(style|script)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LOOKS: dict[str, dict[str, Any]] = {"strong": {"bold": True}, "emphasis": {"italic": True}}
_MATH = {"inline_math": "$", "block_math": "$$"}


def markdown_parts(
    source: str, lang: str, attachments: Mapping[str, Mapping[str, str]] | None = None
) -> list[Part]:
    r"""Return the parts of a Markdown text.

    Parameters
    ----------
    source : str
    lang : {"vi", "en"}
    attachments : mapping, optional
        Pictures of a notebook's cell: by name, in base64 by MIME type.

    Examples
    --------
    >>> markdown_parts("# Lạng Sơn\n\nHạng **12**", "vi")
    [Heading(level=1, runs=(Run(text='Lạng Sơn', ...),)), Paragraph(runs=(...), ...)]
    """
    tokens, _ = _parser().parse(source)
    return list(_Reader(lang, attachments or {}).parts(tokens))


def markdown_runs(source: str, lang: str) -> Runs:
    """Return the words of a line of Markdown with their formats.

    >>> [run.href for run in markdown_runs("See [it](https://example.org).", "en")]
    ['', 'https://example.org', '']
    """
    parts = markdown_parts(source, lang)
    return tuple(run for part in parts if isinstance(part, Paragraph) for run in part.runs)


@cache
def _parser() -> Any:
    """Return the parser of nbconvert's pages, without the step that writes HTML."""
    from nbconvert.filters.markdown_mistune import MarkdownWithMath

    without_html: Any = None
    return MarkdownWithMath(renderer=without_html)


class _Reader:
    """Turns the tokens of a Markdown text into parts."""

    def __init__(self, lang: str, attachments: Mapping[str, Mapping[str, str]]) -> None:
        self.lang, self.attachments = lang, attachments

    def parts(self, tokens: list[Token]) -> Iterator[Part]:
        """Yield the parts of block tokens."""
        makers: dict[str, Callable[[Token], Iterator[Part]]] = {
            "heading": self._heading,
            "list": self._items,
            "block_code": self._verbatim,
            "block_html": self._html,
            "table": self._table,
        }
        for token in tokens:
            if token["type"] in makers:
                yield from makers[token["type"]](token)
            elif token["type"] in ("paragraph", "block_text", "def_list_head", "def_list_item"):
                yield from self._paragraph(token)
            else:
                yield from self.parts(token.get("children", []))

    def _heading(self, token: Token) -> Iterator[Part]:
        yield Heading(token["attrs"]["level"], _runs(token))

    def _paragraph(self, token: Token) -> Iterator[Part]:
        """Yield the pictures of a paragraph, then its words."""
        for image in _images(token):
            yield self._figure(image)
        if runs := _runs(token):
            yield Paragraph(runs)

    def _items(self, token: Token, depth: int = 0) -> Iterator[Part]:
        start = token["attrs"].get("start", 1)
        for number, entry in enumerate(token["children"], start=start):
            lists = [child for child in entry["children"] if child["type"] == "list"]
            text_value = [child for child in entry["children"] if child["type"] != "list"]
            runs = _tidy([run for child in text_value for run in _block_runs(child)])
            yield Item(runs, depth, number if token["attrs"]["ordered"] else None)
            for deeper in lists:
                yield from self._items(deeper, depth + 1)

    def _verbatim(self, token: Token) -> Iterator[Part]:
        yield verbatim(token["raw"])

    def _html(self, token: Token) -> Iterator[Part]:
        """Yield a sentence that words stand on the page only; nothing for a mark or a comment."""
        if _TAGS.sub("", token["raw"]).strip():
            yield Paragraph((Run(text("form.only_on_page", self.lang)),))

    def _table(self, token: Token) -> Iterator[Part]:
        head, *body = token["children"]
        rows = [row["children"] for section in body for row in section["children"]]
        yield text_table(
            [plain(_runs(cell)) for cell in head["children"]],
            [[plain(_runs(cell)) for cell in row] for row in rows],
        )

    def _figure(self, token: Token) -> Figure:
        alt, address = plain(_runs(token)), token["attrs"]["url"]
        attached = self.attachments.get(address.removeprefix("attachment:"), {})
        for kind, data in attached.items():
            return Figure(base64.b64decode(data), kind, alt)
        about, _, data = address.partition(",")
        kind = about.removeprefix("data:").partition(";")[0] if about.startswith("data:") else ""
        is_base64 = about.endswith("base64")
        return Figure(base64.b64decode(data) if is_base64 else unquote_to_bytes(data), kind, alt)


def verbatim(text_value: str) -> Paragraph:
    """Return what a cell printed as a paragraph that keeps its lines."""
    return Paragraph((Run(text_value.rstrip("\n"), code=True),), verbatim=True)


def _images(token: Token) -> Iterator[Token]:
    if token["type"] == "image":
        yield token
    else:
        for child in token.get("children", []):
            yield from _images(child)


def _runs(token: Token) -> Runs:
    return _tidy([run for child in token.get("children", []) for run in _inline(child, Run(""))])


def _block_runs(token: Token) -> Iterator[Run]:
    """Yield the words of a block within an entry of a list; a space parts it from the next."""
    yield from _inline(token, Run(""))
    yield Run(" ")


def _inline(token: Token, look: Run) -> Iterator[Run]:
    """Yield the words of a token with their formats."""
    kind = token["type"]
    if kind == "image":
        return
    if kind == "linebreak" or (kind == "inline_html" and _LINE_BREAK.fullmatch(token["raw"])):
        yield Run("\n")
    elif kind == "softbreak":
        yield replace(look, text=" ")
    elif kind in ("codespan", "block_code"):
        yield replace(look, text=token["raw"], code=True)
    elif "children" in token:
        inner = replace(look, **_LOOKS.get(kind, {}))
        if kind == "link":
            inner = replace(inner, href=token["attrs"]["url"])
        for child in token["children"]:
            yield from _inline(child, inner)
    elif kind not in ("inline_html", "block_html"):
        text_value = unescape(token.get("raw", "")) if kind == "text" else token.get("raw", "")
        sign = _MATH.get(kind, "")
        yield replace(look, text=f"{sign}{_SPACE.sub(' ', text_value)}{sign}")


def _tidy(runs: list[Run]) -> Runs:
    """Join runs of the same format, and strip spaces."""
    tidied: list[Run] = []
    for run in runs:
        before = tidied[-1].text if tidied else " "
        text_value = run.text.lstrip(" ") if before.endswith((" ", "\n")) else run.text
        if text_value and tidied and replace(tidied[-1], text="") == replace(run, text=""):
            tidied[-1] = replace(run, text=before + text_value)
        elif text_value:
            tidied.append(replace(run, text=text_value))
    while tidied and not tidied[-1].text.strip(" \n"):
        tidied.pop()
    if tidied:
        tidied[-1] = replace(tidied[-1], text=tidied[-1].text.rstrip(" \n"))
    return tuple(tidied)

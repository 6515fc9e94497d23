"""Markdown as plain words, for a terminal or a document that formats by itself."""

from __future__ import annotations

import re

_LINK = re.compile(r"!?\[((?:\\.|[^\]\\])*)\]\((?:<[^>]*>|[^()\s]*)\)")
_STRONG = re.compile(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*")
_EMPHASIS = re.compile(r"(?<![\\*\w])\*([^*\s](?:[^*]*[^*\s\\])?)\*(?![*\w])")
_CODE = re.compile(r"(?<!\\)`([^`]+)`")
_ESCAPED = re.compile(r"\\([\\`*_\[\]<>|])")


def plain_words(markdown: str) -> str:
    r"""Return the words of a line of Markdown: no marks, of a link what it is called.

    >>> plain_words(r"**Held:** [Báo \[A\]](<https://example.org/a_(b)>) (2025), `raw.csv`")
    'Held: Báo [A] (2025), raw.csv'
    """
    words = _LINK.sub(r"\1", markdown)
    for marked in (_STRONG, _EMPHASIS, _CODE):
        words = marked.sub(r"\1", words)
    return _ESCAPED.sub(r"\1", words)

"""Meaning of headings: index, kind of list, whether measures follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from parstats.documents.phrases import holds, key, named, phrases

#: Kinds of sections whose items are no measures.
SILENT = ("purpose", "review", "goals", "preamble")

_SURVEY = re.compile("XHH|xã hội học", re.IGNORECASE)
# Of a key: articles, and those that only put the plan in force.
_ARTICLE = re.compile(r"dieu \d+\b(?P<in_force> (?:ban hanh|phe duyet|thong qua)\b)?")
# What a heading may name, the most specific first.
_TELLING = ("solutions", "responsible", "organisation", "review", "tasks", "purpose", "goals")


def kind(heading: str, parent: str) -> str:
    """Return the kind of section under a heading.

    It is "measures", "organisation", "responsible" (who does what is above), "review" (results and
    shortcomings), "purpose" or "goals"; `parent` is the kind of the section around it.

    >>> kind("Mục đích, yêu cầu", "measures"), kind("Giải pháp khắc phục tồn tại", "measures")
    ('purpose', 'measures')
    >>> kind("Kết quả thực hiện nhiệm vụ", "review"), kind("Cải cách thể chế", "measures")
    ('review', 'measures')
    """
    key_text = key(heading)
    meanings = [
        meaning
        for meaning in _TELLING
        if any(holds(key_text, phrase) for phrase in phrases("section", meaning))
    ]
    if "solutions" in meanings:
        return "measures"
    if parent in ("review", "purpose"):
        return parent
    if "responsible" in meanings and parent == "measures" and "tasks" not in meanings:
        return "responsible"
    for meaning in meanings:
        if meaning in ("organisation", "tasks") or _leads(key_text, meaning):
            return {"tasks": "measures", "responsible": parent}.get(meaning, meaning)
    return parent if parent != "preamble" else "measures"


def says_only(heading: str) -> bool:
    """Return whether a heading has only words that mark a section without measures.

    >>> says_only("Mục đích, yêu cầu"), says_only("Kết quả giải quyết hồ sơ")
    (True, False)
    >>> says_only("UBND các huyện")
    False
    """
    key_text = whole = f" {key(heading)} "
    for meaning in ("review", "purpose", "goals"):
        for phrase in phrases("section", meaning):
            key_text = key_text.replace(f" {phrase} ", " ")
    other_tokens = set(key_text.split()) - set(phrases("header filler"))
    # "UBND các xã" has no other words either, and marks nothing.
    return key_text != whole and all(token.isdigit() for token in other_tokens)


def is_surveyed(text: str) -> bool:
    """Return whether brackets in a text say that its criterion is measured by a survey.

    >>> is_surveyed("Tính kịp thời (điều tra XHH)"), is_surveyed("Điều tra XHH (năm 2024)")
    (True, False)
    """
    # By the brackets that close: a search from each one that opens would go to the end each time.
    closed = text.split(")")[:-1]
    return any(_SURVEY.search(part.partition("(")[2]) for part in closed)


def _leads(key_text: str, meaning: str) -> bool:
    """Return whether a heading is about a meaning, not only mentions it."""
    first = " ".join(key_text.split()[:6])
    return any(holds(first, phrase) for phrase in phrases("section", meaning))


def list_type(heading: str) -> str:
    """Return the kind of list a heading names: "remediate", "maintain", "general", "".

    >>> list_type("Nhiệm vụ tiếp tục duy trì"), list_type("Nâng cao chỉ số")
    ('maintain', '')
    >>> list_type("Duy trì và nâng cao chỉ số")
    'general'
    """
    return next(iter(named(heading, "list")), "")


def detect_index(heading: str) -> tuple[str, ...]:
    """Return the indices a heading names."""
    return named(heading, "index")


def indices_alone(criterion: str) -> tuple[str, ...]:
    """Return the indices that a cell names, if it names nothing else.

    >>> indices_alone("Chỉ số SIPAS"), indices_alone("PAPI, SIPAS")
    (('SIPAS',), ('PAPI', 'SIPAS'))
    >>> indices_alone("Kết quả khảo sát SIPAS")
    ()
    """
    indices = named(criterion, "index")
    rest = f" {key(criterion)} " if indices else ""
    for phrase in sorted((p for i in indices for p in phrases("index", i)), key=len, reverse=True):
        rest = rest.replace(f" {phrase} ", "  ")
    return indices if set(rest.split()) <= {"chi", "so", "va", "cac", "cap", "tinh"} else ()


@dataclass
class Outline:
    """The headings above the current place, from the outermost to the innermost."""

    kind: str = "preamble"
    stack: list[tuple[int, str, str]] = field(default_factory=list)  # depth, as written, kind

    def enter(self, depth: int, text: str, written: str) -> str:
        """Go under a heading, leaving those of its depth and deeper; gives its kind."""
        self.leave(depth)
        parent = self.current
        heading_kind = kind(text, parent)
        within = any(not _is_formal(above) for _, above, _ in self.stack)
        if within and parent == "measures" and heading_kind in SILENT and not _is_aim(text):
            # A field or factor whose name holds "kết quả", "đánh giá", "yêu cầu".
            heading_kind = parent
        self.stack.append((depth, written, heading_kind))
        return heading_kind

    def leave(self, depth: int) -> None:
        """Leave the headings of a depth and deeper."""
        while self.stack and self.stack[-1][0] >= depth:
            self.stack.pop()

    @property
    def current(self) -> str:
        """Kind of the innermost section."""
        return self.stack[-1][2] if self.stack else self.kind

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings as written, numbers included."""
        return tuple(written for _, written, _ in self.stack)


def _is_formal(heading: str) -> bool:
    """Return whether a heading is an article or a title of an act that names no measures."""
    key_text = key(heading)
    article = _ARTICLE.match(key_text)
    if article is None:
        return key_text in phrases("document")
    return bool(article["in_force"]) or not kind(heading, "")


def _is_aim(heading: str) -> bool:
    """Return whether a heading says only that goals or purposes follow, wherever it stands."""
    return says_only(heading) and kind(heading, "") in ("purpose", "goals")


def innermost(headings: Sequence[str], what: str) -> str:
    """Return the index or list type that the innermost heading names which names exactly one.

    >>> innermost(["Chỉ số PAPI và SIPAS", "I. Chỉ số PAPI", "1. Tiếp cận thông tin"], "index")
    'PAPI'
    """
    for heading in reversed(headings):
        actors = named(heading, what)
        if len(actors) == 1:
            return actors[0]
        if actors:
            return "" if what == "index" else actors[0]
    return ""

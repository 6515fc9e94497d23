"""Words of plans, compared without accents, case and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from parstats.reference import csv_tables
from parstats.reference.editions import cached

# Signs without width that copying from pages and documents leaves, soft hyphens among them.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_MARKS = re.compile(r"[^0-9a-z%]+")


def tidy(text: str) -> str:
    """Normalise text to one line in NFC with single blanks.

    Examples
    --------
    >>> tidy(" Thường" + chr(0xA0) + chr(10) + "xuyên ")
    'Thường xuyên'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


@lru_cache(maxsize=2**15)
def key(text: str) -> str:
    """Return the key of a text: lower case, no accents, words separated by one blank.

    >>> key("Cơ quan chủ trì/Đơn vị")
    'co quan chu tri don vi'
    """
    return _MARKS.sub(" ", without_accents(text)).strip()


def without_accents(text: str) -> str:
    """Return the text in lower case without accents, with its punctuation.

    >>> without_accents("Trước ngày 30/6")
    'truoc ngay 30/6'
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@cached
def phrases(kind: str, meaning: str | None = None) -> tuple[str, ...]:
    """Return the keys of the words of a kind in ``reference/plan_words.csv``, longest first."""
    phrases_by_token = {
        key(row["words"])
        for row in csv_tables.rows("plan_words")
        if row["kind"] == kind and meaning in (None, row["meaning"])
    }
    return tuple(sorted(phrases_by_token, key=lambda phrase: (-len(phrase), phrase)))


@cached
def meanings(kind: str) -> tuple[str, ...]:
    """Return the meanings of a kind, in the order of the table."""
    return tuple(
        dict.fromkeys(
            row["meaning"] for row in csv_tables.rows("plan_words") if row["kind"] == kind
        )
    )


def holds(text_key: str, phrase: str) -> bool:
    """Return whether a text contains whole words; both are keys.

    >>> holds("nhiem vu giai phap", "giai phap"), holds("giai phapx", "giai phap")
    (True, False)
    """
    return f" {phrase} " in f" {text_key} "


def starts(text_key: str, kind: str, meaning: str | None = None) -> str:
    """Return the phrase of a kind with which a text begins, or ""."""
    padded = f"{text_key} "
    first, _, _ = text_key.partition(" ")
    available = _by_first_token(kind, meaning).get(first, ())
    return next((phrase for phrase in available if padded.startswith(f"{phrase} ")), "")


@cached
def _by_first_token(kind: str, meaning: str | None) -> dict[str, list[str]]:
    phrases_by_token: dict[str, list[str]] = {}
    for phrase in phrases(kind, meaning):
        phrases_by_token.setdefault(phrase.partition(" ")[0], []).append(phrase)
    return phrases_by_token


def named(text: str, kind: str) -> tuple[str, ...]:
    """Return the meanings of a kind that a text names, in the order of the table.

    >>> named("Giải pháp nâng cao Chỉ số hài lòng (SIPAS) và PAR INDEX", "index")
    ('SIPAS', 'PAR INDEX')
    """
    key_text = key(text)
    return tuple(
        meaning
        for meaning in meanings(kind)
        if any(holds(key_text, phrase) for phrase in phrases(kind, meaning))
    )

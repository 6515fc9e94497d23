"""Vietnamese text in encodings from before Unicode, or damaged on its way.

In TCVN3 (fonts .VnTime, ABC) and VNI (fonts VNI-Times) other signs represent the letters with
accents. Read as they are, such words match nothing, or the wrong thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NoReturn

from parstats.documents.limits import refuse
from parstats.reference import csv_tables

_LETTERS = re.compile(r"[ăơưđĂƠƯĐ\u1ea0-\u1ef9]")
# Signs that occur within words in no other encoding.
_SIGNS = {
    "TCVN3": re.compile(r"(?<=[A-Za-z])[µ¸¶¹¨»¾¼½©®ª«¬]|[µ¸¶¹¨»¾¼½©®ª«¬](?=[a-z])"),
    "VNI": re.compile(
        r"[aeouyöôAEOUYÖÔ][øùûõïäåëØÙÛÕÏÄÅË]|[aeAE][áàãâÁÀÃÂ]|[oO][âÂ]|[a-z]æ|ñ(?=[a-zöô])|Ñ(?=[A-ZÖÔ])"
    ),
}
# Signs of an old font in a paragraph, and paragraphs with them. By judgement: one may be a slip.
_FEWEST = 2
# Share of the paragraphs from which a document is in an old font; fewer may be a quotation.
# By judgement.
_SHARE = 0.05


def detect_encoding(texts: Iterable[str]) -> str:
    """Return the old encoding of paragraphs, "TCVN3" or "VNI"; "" for Unicode.

    >>> detect_encoding(["N©ng cao ChØ sè PAPI n¨m 2015", "C«ng khai danh s¸ch hé nghÌo"])
    'TCVN3'
    >>> detect_encoding(["Tuyên truyền, khoá toàn quân", "Nguyên quán, hoà toà"])
    ''
    """
    seen: Counter[str] = Counter()
    paragraphs = 0
    for text in texts:
        paragraphs += 1
        n_letters = len(_LETTERS.findall(text))
        for name, signs in _SIGNS.items():
            if len(signs.findall(text)) >= max(_FEWEST, n_letters + 1):
                seen[name] += 1
                break
    if not seen:
        return ""
    name, count = seen.most_common(1)[0]
    return name if count >= _FEWEST and count >= _SHARE * paragraphs else ""


def refuse_encoding(path: Path, encoding: str) -> NoReturn:
    """Refuse a document whose letters mean something only in an old font."""
    font = {"TCVN3": ".VnTime", "VNI": "VNI-Times"}[encoding]
    remedy = f"convert it with UniKey's toolkit (from {encoding} to Unicode) and save it again"
    refuse(path, f"text in the old writing {encoding} (fonts such as {font})", "Unicode", remedy)


@cache
def _letters(encoding: str) -> tuple[re.Pattern[str], dict[str, str]]:
    letters = {
        row[encoding.lower()]: row["letter"]
        for row in csv_tables.rows("old_letters")
        if row[encoding.lower()]
    }
    # The longest first: in VNI a letter and its accent are two signs.
    signs = sorted(letters, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, signs))), letters


def n_signs(text: str, encoding: str) -> int:
    """Return how many different signs of an old encoding a text has within words.

    >>> n_signs("Hµ Néi; §µ N½ng; Thõa Thiªn", "TCVN3"), n_signs("5 µm", "TCVN3")
    (3, 1)
    """
    return len(set(_SIGNS[encoding].findall(text)))


def decode(text: str, encoding: str) -> str:
    """Return a text in TCVN3 or VNI in Unicode.

    Capitals of TCVN3 have fonts of their own, and become small letters.

    >>> decode("Hµ Néi; Thõa Thiªn - HuÕ", "TCVN3"), decode("Ñaø Naüng; Thöøa Thieân", "VNI")
    ('Hà Nội; Thừa Thiên - Huế', 'Đà Nẵng; Thừa Thiên')
    """
    pattern, letters = _letters(encoding)
    return pattern.sub(lambda match: letters[match[0]], text)


def mended(text: str) -> str:
    r"""Return a text in UTF-8 that was once read as Windows-1252, as it was; "" if it was not.

    >>> mended("Th\xc3\xa0nh ph\xe1\xbb\u2018"), mended("Thành phố"), mended("Ha Noi")
    ('Thành phố', '', '')
    """
    content = bytearray()
    for letter in text:
        if ord(letter) < 256:
            content.append(ord(letter))
            continue
        try:
            content += letter.encode("cp1252")
        except UnicodeEncodeError:
            return ""
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return decoded if decoded != text and _LETTERS.search(decoded) else ""

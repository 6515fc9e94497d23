"""Vietnamese text in encodings from before Unicode, readable only with old fonts.

In TCVN3 (fonts .VnTime, ABC) and VNI (fonts VNI-Times) other signs represent the letters with
accents. Read as they are, such words match nothing, or the wrong thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from parstats.documents.limits import refuse

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

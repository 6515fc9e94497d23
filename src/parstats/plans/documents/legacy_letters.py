"""Vietnamese text from before Unicode: letters that only an old font shows as what they mean.

In TCVN3 (fonts .VnTime, ABC) and VNI (fonts VNI-Times) other signs stand for the letters with
accents. Read as they are, such words match nothing, or the wrong thing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_LETTERS = re.compile(r"[ăơưđĂƠƯĐ\u1ea0-\u1ef9]")
# Signs that stand within words in no other writing.
_SIGNS = {
    "TCVN3": re.compile(r"(?<=[A-Za-z])[µ¸¶¹¨»¾¼½©®ª«¬]|[µ¸¶¹¨»¾¼½©®ª«¬](?=[a-z])"),
    "VNI": re.compile(
        r"[aeouyöôAEOUYÖÔ][øùûõïäåëØÙÛÕÏÄÅË]|[aeAE][áàãâÁÀÃÂ]|[oO][âÂ]|[a-z]æ|ñ(?=[a-zöô])|Ñ(?=[A-ZÖÔ])"
    ),
}
_FEWEST = 2  # signs in a paragraph
_SHARE = 0.05  # of the paragraphs; fewer may be a quotation


def detect_encoding(texts: Iterable[str]) -> str:
    """The old writing that paragraphs are in, "TCVN3" or "VNI"; "" if they are in Unicode.

    Examples
    --------
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

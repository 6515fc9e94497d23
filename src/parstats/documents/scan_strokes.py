"""Roman numerals of quarters, counted by their upright strokes on the picture.

Recognition reads "III" as "II", "H" or "I", the more often the better the print: it sees letters,
and a numeral is no word. The strokes of "I" stand apart between head and foot whatever the font.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import ndimage

from parstats.documents.scan_picture import SPECK

# Heights of a digit between the end of "/2024" and its slash: four digits and a slash are as wide
# in Times, which Decree 30/2020/NĐ-CP prescribes for official documents; in Arial a tenth more.
_YEAR = 3.25
# The part of the height that is looked at: between the feet and heads of letters.
_FROM, _TO = 0.2, 0.85
# Share of that part that is dark where a stroke is upright; one of a "V" leans out of its column.
_UPRIGHT = 0.72
# Heights of a digit from the last stroke to the slash: after "I" a third, after the "I" of "IV"
# more than one.
_ROOM_OF_V = 0.8
# More strokes are no quarter.
_MOST = 3


def quarter(word: np.ndarray[Any, Any], *, has_year: bool) -> str:
    """Return the quarter, I to IV, that a word such as "III/2024" begins with; "" if none is seen.

    `word` is its picture, grey, ready for recognition; `has_year` says whether a slash and a year
    of four digits end it.
    """
    ink, paper = np.percentile(word, 3), np.percentile(word, 85)
    dark = word < (ink + paper) / 2
    labels, _ = ndimage.label(dark, structure=np.ones((3, 3)))
    dark &= (np.bincount(labels.ravel()) >= 2 * SPECK)[labels]
    rows, columns = np.flatnonzero(dark.sum(axis=1) > 1), np.flatnonzero(dark.any(axis=0))
    if not len(rows) or not len(columns):
        return ""
    top, height = rows[0], rows[-1] + 1 - rows[0]
    end = columns[-1] + 1 - (_YEAR * height if has_year else 0)
    band = dark[top + round(_FROM * height) : top + round(_TO * height)]
    if not len(band) or end <= 0:
        return ""
    upright = band.mean(axis=0) > _UPRIGHT
    upright[round(end) :] = False
    strokes = [
        place
        for (place,) in ndimage.find_objects(ndimage.label(upright)[0])
        if place.stop - place.start > 1
    ]
    if not 1 <= len(strokes) <= _MOST:
        return ""
    if len(strokes) == 1 and (end - strokes[0].stop) / height > _ROOM_OF_V:
        return "IV"
    return "I" * len(strokes)

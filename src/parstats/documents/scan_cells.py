"""Recognition of print by tesseract: cells, text outside of tables, how a page lies."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from parstats.documents.scan_models import Models
from parstats.documents.scan_picture import Picture, darkened
from parstats.documents.scan_words import Word, mended

Shape = Literal["block", "line", "page"]

# Page segmentation modes of tesseract; a page is taken for one column of lines.
_MODES = {"block": 6, "line": 7, "page": 4}
_ORIENTATION_MODE = 0
_LSTM = 1
#: What the number column of a table may hold.
NUMBERS = "0123456789IVXSTabcd.-"
# Pixels of white around what is recognised; letters at the very edge are lost.
_MARGIN = 14
# Dark pixels from which a cell is not empty: fewer than the dot of an "i" of 300 to the inch.
_FEWEST_DARK = 12
# Confidence (0-100) that no word of a cell reaches where there is dirt and no print. Measured: of
# sixty cells of print each had a word above 80, dirt had at most 29.
_DIRT = 35
# Orientation is believed from this confidence; tesseract's own scale, at 2 it was right on all.
_SURE_TURN = 2.0


class Recogniser:
    """Reads print on pictures; one for a document, closed at its end."""

    def __init__(self, models: Models) -> None:
        # One thread: the pictures are small, and batches run one process a processor.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        self.models = models
        self._open: dict[str, Any] = {}

    def __enter__(self) -> Recogniser:
        return self

    def __exit__(self, *problem: object) -> None:
        for api in self._open.values():
            api.End()

    def _api(self, model: str) -> Any:
        import tesserocr

        if model not in self._open:
            mode = _ORIENTATION_MODE if model == "osd" else _MODES["block"]
            api = tesserocr.PyTessBaseAPI(
                path=f"{self.models.folder}/", lang=model, psm=mode, oem=_LSTM
            )
            # Nothing on the terminal about lines that are too short.
            api.SetVariable("debug_file", os.devnull)
            self._open[model] = api
        return self._open[model]

    def quarter_turns(self, picture: Picture) -> int:
        """Return by how many quarters, against the clock, a page must be turned to be upright."""
        if not self.models.orientation:
            return 0
        api = self._api("osd")
        _show(api, picture.grey)
        seen = api.DetectOrientationScript()
        if not seen or seen["orient_conf"] < _SURE_TURN:
            return 0
        return int(seen["orient_deg"]) // 90 % 4

    def read(
        self,
        crop: np.ndarray[Any, Any],
        corner: tuple[int, int],
        points: float,
        *,
        shape: Shape = "block",
        signs: str = "",
        second: bool = False,
        smooth: bool = True,
    ) -> list[Word]:
        """Recognise the words of a part of a picture.

        Parameters
        ----------
        crop : numpy.ndarray; the part, grey
        corner : tuple of int; left and top of the part on the page, in pixels
        points : float; points of a pixel
        shape : {"block", "line", "page"}; how its lines lie
        signs : str; the only letters that may occur; all if empty
        second : bool; whether the second model reads it
        smooth : bool; whether specks are taken out and edges smoothed first

        Returns
        -------
        list of Word: in reading order, mended; their places in points on the page
        """
        if (crop < 0.6 * np.percentile(crop, 80)).sum() < _FEWEST_DARK:
            return []
        model = self.models.second if second else self.models.first
        api = self._api(model or self.models.first)
        api.SetPageSegMode(_MODES[shape])
        api.SetVariable("tessedit_char_whitelist", signs)
        prepared = darkened(crop) if smooth else crop
        _show(api, np.pad(prepared, _MARGIN, constant_values=255))
        api.Recognize()
        left, top = (at - _MARGIN for at in corner)
        words = [word for line in _lines(api) for word in _placed(line, left, top, points)]
        is_dirt = all(word.confidence < _DIRT for word in words)
        return [] if is_dirt else mended(words)


PixelWord = tuple[str, float, int, int, int, int]  # text, confidence, left, top, right, bottom


def _show(api: Any, grey: np.ndarray[Any, Any]) -> None:
    height, width = grey.shape
    api.SetImageBytes(np.ascontiguousarray(grey).tobytes(), width, height, 1, width)
    api.SetSourceResolution(300)


def _lines(api: Any) -> list[list[PixelWord]]:
    """Return the recognised words, line by line; each with top and bottom of its line."""
    import tesserocr

    found = api.GetIterator()
    lines: list[list[PixelWord]] = []
    if found is None:
        return lines
    level = tesserocr.RIL
    for word in tesserocr.iterate_level(found, level.WORD):
        if word.Empty(level.WORD):
            continue
        if word.IsAtBeginningOf(level.TEXTLINE) or not lines:
            lines.append([])
        text = word.GetUTF8Text(level.WORD)
        box, line = word.BoundingBox(level.WORD), word.BoundingBox(level.TEXTLINE)
        if box and line and text.strip():
            confidence = word.Confidence(level.WORD)
            lines[-1].append((text.strip(), confidence, box[0], line[1], box[2], line[3]))
    return [line for line in lines if line]


def _placed(line: Sequence[PixelWord], left: int, top: int, points: float) -> list[Word]:
    """Return the words of a line with their places on the page."""
    return [
        Word(
            text,
            round((x0 + left) * points, 2),
            round((y0 + top) * points, 2),
            round((x1 + left) * points, 2),
            round((y1 + top) * points, 2),
            round(confidence, 1),
        )
        for text, confidence, x0, y0, x1, y1 in line
    ]

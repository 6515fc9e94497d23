"""The picture of a scanned page: drawn from its PDF, red ink taken out, turned upright, level.

Lengths are in pixels, from the upper left corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Callable

#: Pixels to the inch that pages are drawn with; tesseract's models were trained on about as many.
RESOLUTION = 300
# Pixels of a page at most: an A2 sheet at that resolution. Larger ones are drawn coarser.
_MOST_PIXELS = 36_000_000
# Levels of 255 by which the red of a pixel exceeds its green and blue where it is of a stamp; and
# the level of red from which nothing black is under it. Measured on stamps over black print.
_RED, _NO_INK = 35, 110
# Degrees: pages lie askew in a scanner by less, and a step is a pixel or two over a line.
_MOST_SKEW, _SKEW_STEP, _COARSE_STEP = 5.0, 0.05, 0.5
# Pixels to the inch that suffice for finding the skew.
_COARSE = 100
#: Pixels below which a dark spot is dirt: at 300 to the inch the dot of an "i" has thirty, that of
#: a small "ạ" in a bad copy twelve.
SPECK = 8
# Level under which a pixel counts as ink, as a share of the paper's.
_INK = 0.65


@dataclass(frozen=True)
class Picture:
    """A page as a picture.

    Attributes
    ----------
    grey : numpy.ndarray of uint8; 0 is black
    red : numpy.ndarray of bool; where red ink was taken out
    resolution : float; pixels to the inch
    """

    grey: np.ndarray[Any, Any]
    red: np.ndarray[Any, Any]
    resolution: float = RESOLUTION

    @property
    def points(self) -> float:
        """Points (72 to the inch) of a pixel."""
        return 72 / self.resolution


def draw(sheet: Any, resolution: float = RESOLUTION) -> Picture:
    """Draw a page of pypdfium2, and take the red ink out."""
    width, height = (side / 72 for side in sheet.get_size())
    fits = (_MOST_PIXELS / max(width * height, 1e-6)) ** 0.5
    resolution = min(resolution, fits)
    bitmap = sheet.render(scale=resolution / 72, rev_byteorder=True, no_smoothpath=False)
    pixels = bitmap.to_numpy()
    picture = without_red(pixels[..., :3] if pixels.ndim == 3 else pixels, resolution)
    bitmap.close()
    return picture


def without_red(pixels: np.ndarray[Any, Any], resolution: float = RESOLUTION) -> Picture:
    """Take the red ink out of a picture; what is black under a stamp stays.

    >>> stamp, both, black = [200, 60, 60], [80, 10, 10], [20, 20, 20]
    >>> picture = without_red(np.array([[stamp, both, black]], dtype="uint8"))
    >>> picture.grey.tolist(), picture.red.tolist()
    ([[255, 80, 20]], [[True, True, False]])
    """
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        grey = pixels.reshape(pixels.shape[:2]).copy()
        return Picture(grey, np.zeros(grey.shape, dtype=bool), resolution)
    red, green, blue = (pixels[..., colour].astype(np.int16) for colour in range(3))
    is_red = red - np.maximum(green, blue) > _RED
    grey = (0.299 * red + 0.587 * green + 0.114 * blue).astype(np.uint8)
    grey[is_red] = np.where(red > _NO_INK, 255, red)[is_red]
    return Picture(grey, is_red, resolution)


def turned(picture: Picture, quarters: int) -> Picture:
    """Turn a picture by quarters, against the clock."""
    if not quarters % 4:
        return picture
    grey, red = (
        np.ascontiguousarray(np.rot90(layer, quarters)) for layer in (picture.grey, picture.red)
    )
    return Picture(grey, red, picture.resolution)


def level(picture: Picture) -> Picture:
    """Turn a picture so that its lines are level."""
    from PIL import Image

    angle = skew(picture)
    if abs(angle) < _SKEW_STEP / 2:
        return picture
    paper = int(np.median(picture.grey))
    grey = Image.fromarray(picture.grey).rotate(angle, Image.Resampling.BICUBIC, fillcolor=paper)
    red = Image.fromarray(picture.red.astype(np.uint8)).rotate(angle)
    return Picture(np.asarray(grey), np.asarray(red) > 0, picture.resolution)


def skew(picture: Picture) -> float:
    """Return the degrees by which the lines of a picture fall to the right; below 5 either way.

    They are level where the ink, projected on the side of the page, is in the sharpest bands.
    """
    coarse = max(1, round(picture.resolution / _COARSE))
    paper = float(np.median(picture.grey))
    rows, columns = np.nonzero(
        ndimage.minimum_filter(picture.grey, 2)[::coarse, ::coarse] < _INK * paper
    )
    if not len(rows):
        return 0.0

    def sharpness(angle: float) -> float:
        down = rows - np.tan(np.radians(angle)) * columns
        bands = np.bincount(np.round(down - down.min()).astype(np.int64)).astype(float)
        return float(np.square(np.diff(bands)).sum())

    first = _best(sharpness, np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, _COARSE_STEP))
    around = np.arange(first - _COARSE_STEP, first + _COARSE_STEP + 0.01, _SKEW_STEP)
    return _best(sharpness, around)


def _best(sharpness: Callable[[float], float], angles: np.ndarray[Any, Any]) -> float:
    return float(max(angles, key=sharpness))


def darkened(crop: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return a part of a picture ready for recognition: no specks, smooth, paper white."""
    paper = float(np.percentile(crop, 80))
    dark = crop < _INK * paper
    labels, count = ndimage.label(dark, structure=np.ones((3, 3)))
    clean = crop.astype(np.float32)
    if count:
        sizes = np.bincount(labels.ravel())
        clean[(sizes < SPECK)[labels] & (labels > 0)] = paper
    smooth = ndimage.gaussian_filter(clean, 0.9)
    ink = float(np.percentile(smooth, 0.5))
    spread = max(paper - ink, 1.0)
    stretched = np.clip((smooth - ink) * 255 / spread, 0, 255).astype(np.uint8)
    return np.asarray(stretched)

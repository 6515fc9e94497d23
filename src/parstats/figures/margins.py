"""Margins of a figure: as wide as its labels need, measured in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.layout_engine import LayoutEngine
from numpy.typing import NDArray

# Inches around what stands in a figure: as matplotlib's constrained layout has them.
_PAD = 0.04167
# Where the axes are when their labels are measured: about where they come to stand, as how many
# marks an axis has depends on its length. Always alike, so that a figure laid out again stays.
_START = {"left": 0.15, "right": 0.95, "wspace": 0.2, "hspace": 0.2}
# Inches below axes for their numbers and what is measured, to begin with.
_BELOW_AXES = 0.45
# Share of the figure that axes keep however long the labels are: these are then cut, as they would
# leave nothing to look at. By judgement.
_LEAST = 0.1


class Margins(LayoutEngine):
    """Layout of a figure of axes in one grid, with legends above and a caption below them.

    It gives what matplotlib's constrained layout gives such figures, without measuring all labels
    a second time, which took half of the time of the layout.

    Examples
    --------
    >>> figure = Figure(layout=Margins())
    >>> axes = figure.add_subplot()
    >>> _ = axes.set_yticks([0], ["Lạng Sơn"])
    >>> figure.draw_without_rendering()
    >>> bool(axes.get_window_extent().x0 > axes.yaxis.get_tightbbox().width)
    True
    """

    _adjust_compatible = True
    _colorbar_gridspec = True

    def execute(self, fig: Figure) -> None:
        """Lay a figure out."""
        self.lay_out(fig, None)

    def lay_out(self, figure: Figure, renderer: RendererBase | None) -> None:
        """Lay a figure out with what measures its words; None for that of the figure."""
        cell_by_axes = {
            axes: place.get_topmost_subplotspec()
            for axes in figure.axes
            if (place := axes.get_subplotspec())
        }
        if not cell_by_axes:
            return
        cells = list(cell_by_axes.values())
        n_rows, n_columns = cells[0].get_gridspec().get_geometry()
        pad = _PAD * figure.dpi
        width, height = map(float, figure.bbox.size)
        above = sum(_height(legend, renderer) + 2 * pad for legend in figure.legends)
        below = _caption_height(figure, renderer, pad)
        bottom, top, _ = _shares(below + _BELOW_AXES * figure.dpi, 0.0, above + pad, height, 1)
        figure.subplots_adjust(**_START, bottom=bottom, top=top)
        if n_columns == 1:
            # How far a label at the right edge reaches beyond depends on how wide the axes are.
            names = max(_left(axes, renderer) for axes in cell_by_axes)
            figure.subplots_adjust(left=min((names + pad) / width, _START["right"] - _LEAST))
        margins = pad + np.array(
            [_margins(axes, cell, renderer) for axes, cell in cell_by_axes.items()]
        )
        across = _along([cell.colspan for cell in cells], margins[:, 0], margins[:, 2])
        up = _along([cell.rowspan for cell in cells], margins[:, 3], margins[:, 1])
        x0, x1, wspace = _shares(across[0], across[1], across[2], width, n_columns)
        y0, y1, hspace = _shares(below + up[2], up[1], above + up[0], height, n_rows)
        figure.subplots_adjust(x0, y0, x1, y1, wspace, hspace)


def _height(artist: Artist, renderer: RendererBase | None) -> float:
    box = artist.get_tightbbox(renderer)
    return 0.0 if box is None else float(box.height)


def _left(axes: Axes, renderer: RendererBase | None) -> float:
    """Return how far the axis of names or values reaches to the left."""
    box = axes.yaxis.get_tightbbox(renderer)
    return 0.0 if box is None else float(axes.bbox.x0 - box.x0)


def _margins(axes: Axes, cell: SubplotSpec, renderer: RendererBase | None) -> NDArray[np.float64]:
    """Return how far axes with their labels reach to the left, below, to the right and above.

    Of their cell of the grid, in which a colour bar may stand beside them.
    """
    labelled = axes.get_tightbbox(renderer, for_layout_only=True)
    if labelled is None:  # they are not visible
        return np.zeros(4)
    figure = cast("Figure", axes.get_figure(root=True))
    box = cell.get_position(figure).transformed(figure.transFigure)
    inner, outer = np.array(box.extents), np.array(labelled.extents)
    reach: NDArray[np.float64] = np.concatenate([inner[:2] - outer[:2], outer[2:] - inner[2:]])
    return reach.clip(min=0.0)


def _along(
    spans: Sequence[range], before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Return the margin before the first row or column, the widest gap, that after the last."""
    firsts = np.array([span.start for span in spans])
    lasts = np.array([span.stop for span in spans])
    begins = {int(n): float(before[firsts == n].max()) for n in firsts}
    ends = {int(n): float(after[lasts == n].max()) for n in lasts}
    gaps = [ends[n] + begins[n] for n in ends.keys() & begins.keys()]
    return begins[min(begins)], max(gaps, default=0.0), ends[max(ends)]


def _shares(
    before: float, gap: float, after: float, size: float, n_cells: int
) -> tuple[float, float, float]:
    """Return begin and end of a grid in a figure, and its gap as a share of a cell.

    >>> [round(share, 3) for share in _shares(20.0, 10.0, 20.0, 100.0, 2)]
    [0.2, 0.8, 0.4]
    """
    room = max(size - before - after - gap * (n_cells - 1), _LEAST * size)
    begin = min(before, size - room)
    end = min(begin + room + gap * (n_cells - 1), size)
    return begin / size, end / size, gap * n_cells / room


def _caption_height(figure: Figure, renderer: RendererBase | None, pad: float) -> float:
    """Put the caption at the lower edge and return the height that it takes."""
    words = figure.get_supxlabel()
    for artist in figure.texts:
        if words and artist.get_text() == words:
            artist.set_y(pad / figure.bbox.height)
            return _height(artist, renderer) + 2 * pad
    return 0.0

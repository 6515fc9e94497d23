"""A drawn figure with its description."""

from __future__ import annotations

import base64
import functools
import inspect
import io
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from parstats import errors, storage
from parstats.figures import theme
from parstats.figures.caption import add_source, subset_note
from parstats.figures.citation import source_line
from parstats.reference.labels import text

P = ParamSpec("P")

# Pixels of the picture for each pixel of the page: sharp on paper and on good screens.
_SHARPNESS = 2.0
# Pixels to the inch of the page, as browsers and notebooks show a figure; matplotlib's default.
_PAGE_DPI = 100
_ENDINGS = (".png", ".svg", ".pdf")
# Nothing that changes from run to run is written into the files.
_METADATA: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
# How each form calls the description and the source in its properties.
_PROPERTIES = {".svg": ("Description", "Source"), ".pdf": ("Title", "Subject")}


def empty_chart(lang: str) -> Chart:
    """A chart for which there are no data: it shows nothing, is false, and is never saved."""
    return Chart(Figure(), text("figure.nothing_to_draw", lang))


def keeps_data(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """Let the charts of a function keep the result table that it is given first.

    Below each stands whose figures they are, as far as the table says of which index it is.

    >>> @keeps_data
    ... def empty(table: pd.DataFrame, lang: str) -> Chart:
    ...     return empty_chart(lang)
    >>> empty(pd.DataFrame({"year": [2024]}), "en").data["year"].tolist()
    [2024]
    """
    signature = inspect.signature(draw)
    first = next(iter(signature.parameters))

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
        chart = draw(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        table = arguments[first]
        if not chart:
            return replace(chart, data=table)
        lang = arguments["lang"]
        line = source_line(table, lang, arguments.get("index") or "")
        source = " ".join(filter(None, (subset_note(table, lang), line)))
        add_source(chart.figure, source)
        return replace(chart, data=table, source=source)

    return drawn


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its alternative text.

    In a notebook the last line of a cell shows it, as PNG with its description; it does not depend
    on the matplotlib backend. ``chart.figure`` is an ordinary matplotlib figure to change further.

    Attributes
    ----------
    figure : matplotlib.figure.Figure; the drawing
    alt : str; what it shows, in the language of its labels
    data : pandas.DataFrame; the result table that it was drawn from, as it was given
    source : str; whose figures it shows and their version, as below the drawing
    """

    figure: Figure
    alt: str
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    source: str = ""

    def __bool__(self) -> bool:
        """Whether anything is drawn: ``chart or note`` is the note where there are no data."""
        return bool(self.figure.axes)

    def save(self, path: str | Path) -> None:
        """Write the figure to a file, whole or not at all.

        The properties of the file hold description and source too.

        Parameters
        ----------
        path : str or pathlib.Path; ends in .png, .svg or .pdf; the same figure gives the same bytes

        Raises
        ------
        UnknownChoice, InsufficientData: if the file ending is not supported; if there are no data
            to draw
        """
        if not self:
            raise errors.InsufficientData(f"{path} is not written: {self.alt}")
        target = Path(path)
        if target.suffix.lower() not in _ENDINGS:
            raise errors.UnknownChoice("ending of a figure", target.name, _ENDINGS)
        storage.write_atomic(target, lambda part: part.write_bytes(self._bytes(target.suffix)))

    def _bytes(self, ending: str) -> bytes:
        buffer = io.BytesIO()
        with theme.style():
            if ending.lower() == ".png":
                return self._png()
            properties = zip(_PROPERTIES[ending.lower()], (self.alt, self.source), strict=True)
            self.figure.savefig(
                buffer,
                format=ending.lower().removeprefix("."),
                metadata=_METADATA[ending.lower()]
                | {name: words for name, words in properties if words},
            )
        return buffer.getvalue()

    def _png(self) -> bytes:
        """Return PNG with a palette of 256 colours: a third of the size, exact theme colours."""
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        before = self.figure.dpi
        self.figure.set_dpi(_SHARPNESS * _PAGE_DPI)
        try:
            canvas = FigureCanvasAgg(self.figure)
            canvas.draw()
            picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
        finally:
            self.figure.set_dpi(before)
        buffer = io.BytesIO()
        small = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        # Its white is a shade too dark, which paper and the page around it would show.
        palette = np.array(small.getpalette()).reshape(-1, 3)
        palette[(palette >= 254).all(axis=1)] = 255
        small.putpalette(palette.ravel().tolist())
        # The strongest compression takes six times as long for a tenth of the size.
        properties = PngInfo()
        for name, words in (("Description", self.alt), ("Source", self.source)):
            if words:
                properties.add_itxt(name, words, zip=True)
        small.save(buffer, format="PNG", compress_level=6, pnginfo=properties)
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        """Return PNG with its size on the page and its description, for notebooks."""
        if not self:
            return {"text/plain": self.alt}, {}
        width, height = self.figure.get_size_inches() * _PAGE_DPI
        picture = base64.b64encode(self._bytes(".png")).decode("ascii")
        about = {"alt": self.alt, "width": round(width), "height": round(height)}
        return ({"image/png": picture, "text/plain": f"Chart: {self.alt}"}, {"image/png": about})

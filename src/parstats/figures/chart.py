"""A drawn figure with its description."""

from __future__ import annotations

import base64
import copy
import functools
import inspect
import io
import os
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG, RendererSVG
from matplotlib.figure import Figure

from parstats import errors, storage
from parstats.arguments import check_integer
from parstats.figures import theme
from parstats.figures.caption import add_source, subset_note
from parstats.figures.citation import source_line
from parstats.figures.figure_data import Matrix, Words, figure_data
from parstats.figures.margins import Margins
from parstats.figures.page_svg import page_svg
from parstats.figures.table import Table, empty_table
from parstats.reference.labels import search_key, text

P = ParamSpec("P")

# Pixels of the picture for each pixel of the page: sharp on paper and on good screens.
_SHARPNESS = 2.0
# Dots to the inch that a figure can be asked for: from a thumbnail to print.
_DPI = (36, 1200)
# Dots to the inch by which matplotlib lays out .svg and .pdf.
_POINTS_TO_AN_INCH = 72
# Letters of a heading in points, and as many of them to an inch.
_TITLE_POINTS = 12.0
_TITLE_TO_AN_INCH = 9.5
# Pixels to the inch of the page, as browsers and notebooks show a figure; matplotlib's default.
_PAGE_DPI = 100
_ENDINGS = (".png", ".svg", ".pdf")
# Kinds of picture in a notebook, the usual one first, and where it is said which are wanted.
_KINDS = ("png", "svg")
_WANTED = "PARSTATS_FIGURES"
# Words of the description that name the files that a reader saves.
_WORDS_OF_A_NAME = 6
# Nothing that changes from run to run is written into the files.
_METADATA: dict[str, dict[str, Any]] = {
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
# How each form calls the description and the source in its properties.
_PROPERTIES = {".svg": ("Description", "Source"), ".pdf": ("Title", "Subject")}


#: Charts of one plot, which take the axes of another figure (``ax``).
SINGLE_PLOTS = (
    *("agreement", "bumps", "movement", "position", "rank_attribution", "rank_change"),
    *("series_timeline", "shares"),
)


def empty_chart(lang: str) -> Chart:
    """A chart for which there are no data: it shows nothing, is false, and is never saved."""
    return Chart(Figure(), text("figure.nothing_to_draw", lang))


def keeps_data(
    *columns: str, matrix: Matrix | None = None, words: Mapping[str, Words] | None = None
) -> Callable[[Callable[P, Chart]], Callable[P, Chart]]:
    """Let the charts of a function keep the result table that it is given first.

    Below each stands whose figures they are, as far as the table says of which index it is. A
    function that draws a part of its table, or more than its first, gives the chart its own data.

    Parameters
    ----------
    *columns, matrix, words : what is drawn of the table; see `parstats.figures.figure_data`

    Examples
    --------
    >>> @keeps_data("year")
    ... def empty(table: pd.DataFrame, lang: str) -> Chart:
    ...     return empty_chart(lang)
    >>> empty(pd.DataFrame({"year": [2024]}), "en").data["year"].tolist()
    [2024]
    """

    def keeping(draw: Callable[P, Chart]) -> Callable[P, Chart]:
        signature = inspect.signature(draw)
        first = next(iter(signature.parameters))

        @functools.wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> Chart:
            ax = kwargs.get("ax")
            _check_axes(draw.__name__, kwargs, takes_axes="ax" in signature.parameters)
            chart = draw(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            arguments = bound.arguments
            table = arguments[first]
            if not chart:
                return replace(chart, data=table)
            lang = arguments["lang"]
            line = source_line(table, lang, arguments.get("index") or "")
            source = " ".join(filter(None, (chart.source, subset_note(table, lang), line)))
            if ax is None:
                add_source(chart.figure, source)
            data = table if chart.data.empty else chart.data
            made = functools.partial(figure_data, data, lang, matrix or columns, words)
            return replace(chart, data=data, source=source, make_table=made)

        return drawn

    return keeping


def _check_axes(name: str, kwargs: Mapping[str, Any], *, takes_axes: bool) -> None:
    """Refuse axes that a chart cannot be drawn into."""
    ax = kwargs.get("ax")
    if "ax" in kwargs and not takes_axes:
        raise errors.InvalidRequest(
            f"charts.{name} has several plots or a legend of the whole figure, so it takes no ax; "
            f"draw it alone (its figure is chart.figure), or take one of {', '.join(SINGLE_PLOTS)}"
        )
    if ax is not None and not isinstance(ax, Axes):
        raise errors.InvalidRequest(
            f"ax is of type {type(ax).__name__}: expected one pair of axes of matplotlib, as "
            "figure.subplots() gives them"
        )


def _headed(figure: Figure, title: str, dpi: float) -> Figure:
    """Return a copy of a figure with a heading above it, and as much higher.

    It is laid out for the dots to the inch that it is drawn with, as letters are a little wider
    with few of them. What stands in it keeps its size and its distance from the lower edge:
    matplotlib would lay a heading over a legend outside the axes.
    """
    headed = copy.deepcopy(figure)
    headed.set_dpi(dpi)
    with theme.style():
        headed.draw_without_rendering()
    headed.set_layout_engine("none")
    width, height = headed.get_size_inches()
    lines = textwrap.wrap(title, int(_TITLE_TO_AN_INCH * width))
    higher = height + (len(lines) + 0.5) * 1.2 * _TITLE_POINTS / 72
    share = height / higher
    for axes in headed.axes:
        x, y, wide, high = axes.get_position().bounds
        axes.set_position((x, y * share, wide, high * share))
    for words in headed.texts:
        x, y = words.get_position()
        words.set_position((x, y * share))
    for legend in headed.legends:
        legend.set_bbox_to_anchor((0.0, 0.0, 1.0, share), transform=headed.transFigure)
    headed.set_size_inches(width, higher)
    look: dict[str, Any] = {"fontsize": _TITLE_POINTS, "fontweight": "bold", "color": theme.INK}
    headed.text(0.01, 1 - 0.06 / higher, "\n".join(lines), va="top", **look)
    return headed


def _svg_text(figure: Figure) -> str:
    """Return a figure as SVG; it stays as it is.

    As ``savefig`` writes it, which draws it twice and measures each word anew both times.
    """
    canvas, dpi, engine = figure.canvas, figure.dpi, figure.get_layout_engine()
    buffer = io.StringIO()
    try:
        figure.set_dpi(_POINTS_TO_AN_INCH)
        FigureCanvasSVG(figure)
        renderer = RendererSVG(*figure.bbox.size, buffer, metadata=_METADATA[".svg"])
        if isinstance(engine, Margins):
            engine.lay_out(figure, renderer)
            figure.set_layout_engine("none")
        figure.draw(renderer)
        renderer.finalize()
    finally:
        if isinstance(engine, Margins):
            figure.set_layout_engine(engine)
        figure.set_canvas(canvas)
        figure.set_dpi(dpi)
    return buffer.getvalue()


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with its alternative text.

    In a notebook the last line of a cell shows it, as PNG with its description; it does not depend
    on the matplotlib backend. ``chart.figure`` is an ordinary matplotlib figure to change further.

    Attributes
    ----------
    figure : matplotlib.figure.Figure; the drawing
    alt : str; what it shows, in the language of its labels
    data : pandas.DataFrame
        The result table that it was drawn from, as it was given, or what is drawn of it.
    source : str; whose figures it shows and their version, as below the drawing
    table : parstats.Table; what is drawn, under headings, with names in words
    """

    figure: Figure
    alt: str
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    source: str = ""
    make_table: Callable[[], Table] | None = field(default=None, repr=False)

    @functools.cached_property
    def table(self) -> Table:
        """What is drawn, as a table to print: empty if nothing is."""
        if self.make_table is None or not self:
            return empty_table("figure_data", "vi")
        return replace(self.make_table(), source=self.source)

    def __bool__(self) -> bool:
        """Whether anything is drawn: ``chart or note`` is the note where there are no data."""
        return bool(self.figure.axes)

    def save(self, path: str | Path, *, dpi: int | None = None, title: str = "") -> None:
        """Write the figure to a file, whole or not at all.

        The properties of the file hold description and source too.

        Parameters
        ----------
        path : str or pathlib.Path; ends in .png, .svg or .pdf; the same figure gives the same bytes
        dpi : int, optional
            Dots to the inch of a .png, 36 to 1200; 200 if not given, which is twice the size of the
            page. The other forms have none.
        title : str
            A heading to write above the drawing in this file; the figure stays as it is.

        Raises
        ------
        UnknownChoice, InsufficientData: if the file ending is not supported; if there are no data
            to draw
        InvalidRequest: if the dots to the inch or the title are none, or the form has no dots
        """
        if not self:
            raise errors.InsufficientData(f"{path} is not written: {self.alt}")
        target = Path(path)
        ending = target.suffix.lower()
        if ending not in _ENDINGS:
            raise errors.UnknownChoice("ending of a figure", target.name, _ENDINGS)
        if dpi is not None and (ending != ".png" or check_integer("dpi", dpi, _DPI[0]) > _DPI[1]):
            raise errors.InvalidRequest(
                f"dpi is {dpi} for {target.name}: expected {_DPI[0]} to {_DPI[1]} for a .png; .svg "
                "and .pdf are sharp at any size and take none"
            )
        if not isinstance(title, str):
            raise errors.InvalidRequest(f"title is {title!r}: expected a text")
        title = title.strip()
        dots = (dpi or _SHARPNESS * _PAGE_DPI) if ending == ".png" else _POINTS_TO_AN_INCH
        headed = replace(self, figure=_headed(self.figure, title, dots)) if title else self
        content = headed._bytes(ending, dpi, title)
        storage.write_atomic(target, lambda part: part.write_bytes(content))

    def _bytes(self, ending: str, dpi: int | None = None, title: str = "") -> bytes:
        buffer = io.BytesIO()
        with theme.style():
            if ending == ".png":
                return self._png(dpi, title)
            about, source = self.alt, self.source
            if title and ending == ".pdf":  # it has no property for a description
                about, source = title, f"{self.alt} {self.source}".strip()
            properties = dict(zip(_PROPERTIES[ending], (about, source), strict=True))
            if ending == ".svg":
                properties["Title"] = title
            self.figure.savefig(
                buffer,
                format=ending.removeprefix("."),
                metadata=_METADATA[ending]
                | {name: words for name, words in properties.items() if words},
            )
        return buffer.getvalue()

    def _png(self, dpi: int | None, title: str) -> bytes:
        """Return PNG with a palette of 256 colours: a third of the size, exact theme colours."""
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        before = self.figure.dpi
        self.figure.set_dpi(dpi or _SHARPNESS * _PAGE_DPI)
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
        for name, words in (("Title", title), ("Description", self.alt), ("Source", self.source)):
            if words:
                properties.add_itxt(name, words, zip=True)
        # Programs of text processing read the size on the page from the dots to the inch.
        size: dict[str, Any] = {} if dpi is None else {"dpi": (dpi, dpi)}
        small.save(buffer, format="PNG", compress_level=6, pnginfo=properties, **size)
        return buffer.getvalue()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> tuple[dict[str, str], dict[str, dict[str, Any]]]:
        """Return the picture with its size on the page and its description, for notebooks.

        As PNG; where pages are made (`drawn_as`) as SVG or both.
        """
        if not self:
            return {"text/plain": self.alt}, {}
        width, height = self.figure.get_size_inches() * _PAGE_DPI
        about: dict[str, Any] = {
            "alt": self.alt,
            "width": round(width),
            "height": round(height),
        }
        bundle = {"text/plain": f"Chart: {self.alt}"}
        wanted = os.environ.get(_WANTED, _KINDS[0]).split(",")
        if "svg" in wanted:
            bundle["image/svg+xml"] = self._page_svg()
        if "png" in wanted:
            bundle["image/png"] = base64.b64encode(self._bytes(".png")).decode("ascii")
        if self.table and _WANTED in os.environ:  # a page is made, which has room for it
            about |= {"table": self.table.as_json(), "file": self._file_name()}
        return bundle, {kind: about for kind in bundle if kind.startswith("image/")}

    def _file_name(self) -> str:
        """Return a name for the files that a reader saves."""
        return "-".join(search_key(self.alt).split()[:_WORDS_OF_A_NAME])

    def _page_svg(self) -> str:
        """Return SVG with real text for the inside of a page."""
        with theme.style(), mpl.rc_context({"svg.fonttype": "none"}):
            drawing = _svg_text(self.figure)
        return page_svg(drawing.encode(), self.alt)


@contextmanager
def drawn_as(kinds: Iterable[str]) -> Iterator[None]:
    """Let charts show themselves in notebooks as "png", "svg" or both, inside this context.

    It holds for kernels and processes that are started in it too.

    >>> with drawn_as(["svg"]):
    ...     print(os.environ["PARSTATS_FIGURES"])
    svg
    """
    named = list(kinds)
    for kind in named:
        if kind not in _KINDS:
            raise errors.UnknownChoice("kind of picture", kind, _KINDS)
    before = os.environ.get(_WANTED)
    os.environ[_WANTED] = ",".join(named)
    try:
        yield
    finally:
        if before is None:
            del os.environ[_WANTED]
        else:
            os.environ[_WANTED] = before

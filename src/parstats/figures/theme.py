"""The theme of all figures: sizes, fonts, number formats, colour-blind safe colours."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from parstats.figures.margins import Margins
from parstats.reference.labels import number, period
from parstats.reference.period_numbers import period_kind

# Inches; a figure that fills the text column of a page (142 of 165 mm in an office document).
WIDTH = 5.6

INK = "#1f2a30"
MUTED = "#66747c"
FAINT = "#d9dfe2"
PROVINCE = "#b8390e"
REGION = "#2a6f97"
COUNTRY = "#66747c"
# Best quarter to last quarter (ColorBrewer BrBG, safe for the common colour deficiencies).
QUARTILES = {1: "#01665e", 2: "#5ab4ac", 3: "#d8b365", 4: "#8c510a"}
GAIN, LOSS = "#01665e", "#8c510a"
# What is put together from parts not named: neither gain nor loss, however long its bar.
REST = "#b9c3c8"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": INK,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9.5,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "grid.color": "#e9edef",
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.dpi": 100,
    "svg.hashsalt": "parstats",
    "svg.fonttype": "path",
}


@contextmanager
def style() -> Iterator[None]:
    """Apply the theme to figures drawn inside this context.

    What seaborn uses of matplotlib that is to go one day is no concern of a reader, whose page
    would print the warning.
    """
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="seaborn")
        yield


def canvas(height: float, width: float = WIDTH, *, ax: Axes | None = None) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes, free of pyplot's global state; or `ax` with its own.

    >>> figure, axes = canvas(2.0)
    >>> canvas(3.0, ax=axes)[0] is figure
    True
    """
    if ax is not None:
        ax.set_axisbelow(True)
        return cast("Figure", ax.get_figure(root=True)), ax
    figure = new_figure(height, width)
    return figure, figure.add_subplot()


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure of a size in inches, free of pyplot's global state."""
    figure = Figure(figsize=(width, height), layout=Margins())
    FigureCanvasAgg(figure)
    return figure


def quartile(percentile: float) -> int:
    """Return the quarter (1 best) of a percentile from 0 to 100."""
    return min(4, max(1, 4 - int(percentile // 25)))


# Letters of a name in a figure: what fits beside a dot and in half of a legend. By eye.
_LONGEST_NAME = 40


def short_name(name: str) -> str:
    """Return a name as long as a figure has room for, cut after a word.

    >>> short_name("Sở Y tế"), len(short_name("Trung tâm " * 9))
    ('Sở Y tế', 37)
    """
    return textwrap.shorten(name, _LONGEST_NAME, placeholder=" …")


def rank_ticks(worst: float) -> list[int]:
    """Return the ranks to mark on an axis that goes down to `worst`.

    >>> rank_ticks(63), rank_ticks(6)
    ([1, 10, 20, 30, 40, 50, 60], [1, 2, 3, 4, 5, 6])
    """
    # By eye: every rank of ten, every fifth of 25.
    step = 10 if worst > 25 else 5 if worst > 10 else 1
    return [1, *range(step + (step == 1), int(worst) + 1, step)]


def year_labels(years: Iterable[int], lang: str, *, is_first_full: bool = False) -> list[str]:
    """Return the labels of an axis of years, quarters or months; a year as '24.

    >>> year_labels([2023, 2024], "vi", is_first_full=True), year_labels([8102], "vi")
    (['2023', "'24"], ['QIII/2025'])
    """
    texts = []
    for position, year in enumerate(map(int, years)):
        whole = period_kind(year) != "year" or (is_first_full and position == 0)
        texts.append(period(year, lang, short=True) if whole else f"'{year % 100:02d}")
    return texts


def prepare_fonts() -> None:
    """Load fonts and table styles before a fork, so that new processes need not."""
    import great_tables
    import pandas as pd

    with style():
        figure, axes = canvas(1.0)
        axes.set_title("Tỉnh")
        axes.plot([0, 1], label="Tỉnh")
        axes.legend()
        figure.canvas.draw()
    great_tables.GT(pd.DataFrame({"a": [1.0]})).fmt_number("a").as_raw_html()


class _Written(ScalarFormatter):
    """Tick labels with the decimal mark of a language."""

    def __init__(self, lang: str) -> None:
        super().__init__(useOffset=False)
        self.mark = number(0.5, lang, 1)[1]

    def __call__(self, x: float, pos: int | None = None) -> str:
        return str(super().__call__(x, pos)).replace(".", self.mark)


def decimal_marks(axis: Axis, lang: str) -> None:
    """Set the decimal mark of an axis to that of a language.

    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> decimal_marks(axes.xaxis, "vi")
    >>> axes.set_xticks([0, 0.5])  # doctest: +ELLIPSIS
    [...]
    >>> [label.get_text() for label in axes.get_xticklabels()]
    ['0,0', '0,5']
    """
    axis.set_major_formatter(_Written(lang))

"""What all interactive charts share: the library, its look, colours of provinces, number marks."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from parstats import errors
from parstats.figures import theme

# Okabe and Ito (2008), without yellow and black: told apart with any common colour deficiency.
PROVINCE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
# A second sign beside the colour, for prints without colours.
PROVINCE_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
#: Provinces that a chart compares at most: as many as there are colours.
MOST_PROVINCES = len(PROVINCE_COLOURS)

_FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
_CONFIG: dict[str, Any] = {
    "font": _FONT,
    "background": "white",
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "labelColor": theme.INK,
        "titleColor": theme.MUTED,
        "titleFontWeight": "normal",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "gridColor": "#e9edef",
        "domainColor": theme.FAINT,
        "tickColor": theme.FAINT,
    },
    # What Vega would have read out names fields of the data ("column: 3; row: 4"), and of axes and
    # legends is English in any language; the description of the whole figure is read.
    "mark": {"aria": False},
    "legend": {"aria": False, "labelFontSize": 12, "titleFontSize": 12, "labelColor": theme.INK},
}


def altair() -> Any:
    """Return the module altair; raises ToolMissing, naming the extra, where it is not installed."""
    return library("altair", "interactive charts are drawn by Vega-Altair")


def library(name: str, purpose: str) -> Any:
    """Return a module of the extra ``explore``.

    Raises ToolMissing, with what it is for and the extra, where it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise errors.ToolMissing(
            f'{purpose}, which is not installed; run: pip install "parstats[explore]"'
        ) from error


def themed(chart: Any) -> Any:
    """Return a chart with the look of this package."""
    return chart.configure(**_CONFIG)


def number_marks(lang: str) -> dict[str, Any]:
    """Return how a language writes numbers, as Vega takes it.

    >>> number_marks("vi")["decimal"], number_marks("en")["decimal"]
    (',', '.')
    """
    decimal, thousands = (",", ".") if lang == "vi" else (".", ",")
    return {
        "decimal": decimal,
        "thousands": thousands,
        "grouping": [3],
        "currency": ["", ""],
        "minus": "−",
    }


def province_scales(names: Sequence[str]) -> tuple[Any, Any]:
    """Return the scales of colour and of sign for provinces, in the order that they were named."""
    alt = altair()
    domain = list(names)
    return (
        alt.Scale(domain=domain, range=list(PROVINCE_COLOURS)),
        alt.Scale(domain=domain, range=list(PROVINCE_SHAPES)),
    )


def province_legend() -> Any:
    """Return the legend of the provinces, above a chart."""
    return altair().Legend(title=None, orient="top", columns=3, symbolSize=90, labelLimit=200)

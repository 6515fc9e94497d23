"""Style and number formats that all printed tables share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from great_tables import GT, loc, style

from parstats.figures import theme
from parstats.figures.caption import percent
from parstats.reference.labels import number, text


def style_table(table: GT, numeric: list[str], *, unbroken: Sequence[str] = ()) -> GT:
    """Apply the style that all tables share.

    `numeric` columns are set flush right; cells of `unbroken` ones stay on one line, as intervals
    do.
    """
    if unbroken:
        table = table.tab_style(style.css("white-space: nowrap"), loc.body(columns=list(unbroken)))
    return (
        table.cols_align("right", columns=numeric)
        .tab_options(
            table_width="100%",
            table_font_size="14px",
            table_font_color=theme.INK,
            table_border_top_style="none",
            table_border_bottom_color=theme.FAINT,
            column_labels_border_top_style="none",
            column_labels_font_weight="bold",
            row_group_font_weight="bold",
            data_row_padding="5px",
        )
        .tab_style(style.text(color=theme.MUTED), loc.column_labels())
    )


def range_text(low: float, high: float, lang: str, decimals: int = 2) -> str:
    """Format the ends of an interval; a dash if there is none.

    >>> range_text(0.5, 0.75, "vi"), range_text(float("nan"), float("nan"), "en")
    ('0,50 – 0,75', '–')
    """
    if pd.isna(low) and pd.isna(high):
        return number(low, lang)
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def rank_text(rank: Any, lang: str) -> str:
    """Format a rank, or a median of ranks, which may lie between two; a dash if there is none."""
    if pd.isna(rank):
        return "–"
    return number(float(rank), lang, 0 if float(rank).is_integer() else 1)


def sens_text(row: pd.Series, lang: str) -> str:
    """Return the heading of sensitivity intervals, with their share if the table has it.

    >>> sens_text(pd.Series({"sens_level": 0.9}), "vi"), sens_text(pd.Series(), "en")
    ('Độ nhạy (90 %)', 'Sensitivity')
    """
    if "sens_level" not in row.index:
        return text("table.sensitivity", lang)
    return text("table.sensitivity_of", lang, share=percent(row["sens_level"], lang))

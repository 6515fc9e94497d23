"""Seconds of processor that the figures of a province's page take: making, layout, rendering.

Run by ``make benchmark-reports`` and by ``python -m benchmarks.figures``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import parstats as ps
from parstats.figures import theme
from parstats.figures.chart import Chart, drawn_as

#: Times that each figure is made; the median counts.
TURNS = 5


def makers() -> dict[str, Callable[[], Chart]]:
    """Return the functions that make the figures of a page, their results ready."""
    scores, code, year = ps.load_scores("PAPI"), "20", 2024
    ranking = ps.panel.ranks(scores, year)
    history = ps.panel.history(scores, code)
    profile = ps.panel.profile(scores, code, year)
    movement = ps.drivers.relative_change(scores, code, year)
    shares = ps.drivers.shares(scores, year)
    advised = ps.advice.look_up("PAPI", code, year).table
    return {
        "position": lambda: ps.charts.position(ranking, code, "vi"),
        "priorities": lambda: ps.charts.priorities(advised, "vi"),
        "history": lambda: ps.charts.history(history, code, "vi", year=year),
        "profile": lambda: ps.charts.profile(profile, code, "vi"),
        "movement": lambda: ps.charts.movement(movement, code, year, "vi"),
        "shares": lambda: ps.charts.shares(shares, "vi", n_top=14),
    }


def timed(make: Callable[[], Chart]) -> tuple[float, float, float]:
    """Return the seconds of making, layout and rendering a figure as a page has it.

    Layout is timed on a figure of its own; rendering is what showing another takes beyond it.
    """
    seconds = time.process_time
    start = seconds()
    chart = make()
    made = seconds() - start
    with theme.style():
        start = seconds()
        chart.figure.get_layout_engine().execute(chart.figure)
        laid_out = seconds() - start
    chart = make()
    with drawn_as(["svg"]):
        start = seconds()
        chart._repr_mimebundle_()
        shown = seconds() - start
    return made, laid_out, shown - laid_out


def main() -> None:
    """Print the parts of each figure and their mean."""
    rows = {}
    for name, make in makers().items():
        timed(make)  # the first one loads fonts
        parts = [timed(make) for _ in range(TURNS)]
        rows[name] = [statistics.median(part) for part in zip(*parts, strict=True)]
    rows["mean"] = [statistics.mean(column) for column in zip(*rows.values(), strict=True)]
    print("seconds of processor a figure    making  layout  rendering    all")
    for name, (making, layout, rendering) in rows.items():
        total = making + layout + rendering
        print(f"  {name:30} {making:6.2f}  {layout:6.2f}  {rendering:9.2f} {total:6.2f}")


if __name__ == "__main__":
    main()

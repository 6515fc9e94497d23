"""The page on noise says what today's scores say."""

from __future__ import annotations

import re
from pathlib import Path

import parstats as ps

PAGE = Path(__file__).parents[2] / "docs" / "noise.md"


def test_the_table_of_noise_is_that_of_the_scores() -> None:
    table = ps.drivers.convergence(ps.load_scores("PAPI"), level="criterion").catching_up
    expected = {
        ps.frameworks.series_name(row.series, "en", short=True) if row.series else "All together": (
            f"{row.noise_of_change:.0%}",
            f"{row.noise_of_change_sens_low:.0%} – {row.noise_of_change_sens_high:.0%}",
            f"{row.reliability:.2f}",
            str(row.n_years),
        )
        for row in table.itertuples()
    }
    text = PAGE.read_text(encoding="utf-8")
    found = {
        re.sub(r"[*]", "", cells[0]).strip(): tuple(cells[1:])
        for line in text.splitlines()
        if line.startswith("| ") and "%" in line
        for cells in [[cell.strip() for cell in line.strip("|").split("|")]]
    }
    assert found == expected
    assert f"about {expected['All together'][0]} is noise" in text
    first = text[: text.index("| Sub-dimension")]
    least = table.sort_values("noise_of_change").head(2)["series"]
    for series in least:
        assert ps.frameworks.series_name(series, "en", short=True).lower() in first.lower()

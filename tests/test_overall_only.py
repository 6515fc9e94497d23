"""An index of which all overall scores are at hand, without or with its parts."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from parstats import cli, drivers, panel
from parstats.reference import frameworks
from parstats.reference.provinces import by_code

pytestmark = pytest.mark.usefixtures("figures_to_2024")

YEARS = (2022, 2023)
LANG_SON = "20"


@pytest.fixture
def full(small_data, monkeypatch):
    """Build invented PAR INDEX scores of all provinces, with the eight fields on request."""

    def built(*, fields: bool) -> pd.DataFrame:
        draw = np.random.default_rng(3)
        lines = ["year,province,series,score"]
        for year in YEARS:
            dimensions = frameworks.in_year("PAR INDEX", year, "dimension")
            for province in sorted(by_code(63)):
                parts = (
                    dimensions["max_points"].fillna(10) * draw.uniform(0.7, 0.95, len(dimensions))
                ).round(4)
                lines.append(f"{year},{province},par,{parts.sum():.4f}")
                if fields:
                    lines += [
                        f"{year},{province},{series},{score:.4f}"
                        for series, score in zip(dimensions["series"], parts, strict=True)
                    ]
        small_data.put("all.csv", "\n".join(lines), folder="par")
        monkeypatch.setattr("sys.argv", ["parstats", "build"])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert not stop.value.code
        return panel.load_scores("PAR INDEX")

    return built


def page(folder, monkeypatch, capsys, lang: str) -> str:
    command = f"report {LANG_SON} --index PAR --year 2023 --lang {lang} --jobs 1 -o {folder}"
    monkeypatch.setattr("sys.argv", ["parstats", *command.split()])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code, capsys.readouterr().err
    return (folder / "par" / "2023" / lang / "20-lang-son.html").read_text(encoding="utf-8")


@pytest.mark.process
def test_overall_scores_alone_carry_ranks_but_no_profile_drivers_or_peers(
    full, tmp_path, monkeypatch, capsys
):
    scores = full(fields=False)
    assert panel.complete_levels(scores, 2023) == ("index",)
    assert panel.overall(scores, LANG_SON, 2023).n_ranked == 63
    assert panel.profile(scores, LANG_SON, 2023).empty
    assert panel.peers(scores, LANG_SON, 2023).empty
    assert drivers.relative_change(scores, LANG_SON, 2023).empty
    assert not drivers.has_parts(scores, 2023)

    text = page(tmp_path / "out", monkeypatch, capsys, "vi")
    assert "chỉ gồm điểm tổng hợp" in text
    assert "Điểm và thứ hạng từ năm 2022" in text
    headings = re.findall(r"<h2[^>]*>(.*?)<", text)
    assert headings == ["Vị trí trong cả nước", "Điểm và thứ hạng từ năm 2022", *headings[2:]]
    assert len(headings) == 4
    assert "do Bộ Nội vụ công bố" in text


@pytest.mark.slow
def test_eight_fields_carry_all_of_it(full, tmp_path, monkeypatch, capsys):
    scores = full(fields=True)
    assert panel.complete_levels(scores, 2023) == ("index", "dimension")
    profile = panel.profile(scores, LANG_SON, 2023)
    assert (
        profile["series"].tolist()
        == drivers.shares(scores, 2023)
        .sort_values("series", key=lambda names: names.map(list(profile["series"]).index))["series"]
        .tolist()
    )
    assert len(profile) == 8
    assert len(panel.peers(scores, LANG_SON, 2023)) == 5
    assert drivers.has_parts(scores, 2023)
    moved = drivers.relative_change(scores, LANG_SON, 2023)
    total = panel.wide(scores, 2023, level="index")["par"]
    total -= panel.wide(scores, 2022, level="index")["par"]
    expected = total[LANG_SON] - total.mean()
    assert moved["relative_change"].sum() == pytest.approx(expected, abs=1e-3)

    text = page(tmp_path / "out", monkeypatch, capsys, "en")
    assert "overall scores only" not in text
    assert len(re.findall(r"<h2[^>]*>", text)) == 10  # one says why there is no advice
    assert "published by Ministry of Home Affairs" in text

"""Charts of Vega-Altair: what they are drawn from, and that they can be drawn."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.figures.interactive import province_tiles, score_comparison, score_history
from parstats.reference import islands, provinces

pytest.importorskip("vl_convert")


def drawn(chart: ps.interactive.InteractiveChart) -> str:
    return chart.svg()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_map_shows_every_province_and_the_islands_without_colour(
    scores: pd.DataFrame, lang: str
) -> None:
    ranks = ps.panel.ranks(scores, 2024)
    rows = province_tiles.map_rows(ranks, lang, ["Lạng Sơn"])
    assert len(rows) == 63 + 2
    assert rows.loc[rows["is_chosen"], "code"].tolist() == ["20"]
    off = rows[rows["is_island"]]
    assert [name.split(" (")[0] for name in off["name"]] == (
        ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]
        if lang == "vi"
        else ["Hoang Sa Islands", "Truong Sa Islands"]
    )
    assert off["share"].isna().all()
    assert off["score"].isna().all()
    svg = drawn(ps.interactive.tile_map(ranks, lang, provinces=["Lạng Sơn"]))
    for word in ("Hoàng", "Trường") if lang == "vi" else ("Hoang", "Truong"):
        assert f">{word}<" in svg
    assert ">12<" in svg  # rank of Lạng Sơn


@pytest.mark.parametrize("vintage", provinces.VINTAGES)
def test_no_island_lies_on_the_tile_of_a_province_or_west_of_it(vintage: int) -> None:
    tiles = [province.tile for province in provinces.by_code(vintage).values()]
    groups = islands.islands(vintage)
    assert [group.key for group in groups] == ["hoang_sa", "truong_sa"]
    for group in groups:
        owner = provinces.by_code(vintage)[group.province]
        assert owner.names["vi"] in group.units["vi"]
        assert group.tile not in tiles
        assert group.tile[1] > max(column for _, column in tiles)


def test_a_province_without_a_score_has_a_tile_and_no_rank(scores: pd.DataFrame) -> None:
    rows = province_tiles.map_rows(ps.panel.ranks(scores, 2024), "vi", []).set_index("code")
    assert pd.isna(rows.loc["26", "share"])
    assert rows.loc["26", "label"] == "Vĩnh\nPhúc"


def test_the_comparison_is_in_percent_of_the_scale_over_the_spread_of_all(
    scores: pd.DataFrame,
) -> None:
    rows, names = score_comparison.comparison_rows(
        scores, ["Lạng Sơn", "01"], 2024, "vi", level="dimension", within=None
    )
    assert names == ["Lạng Sơn", "Hà Nội"]
    services = scores[(scores["year"] == 2024) & (scores["series"] == "papi.services")]
    shares = 100 * (services["score"] - 1) / 9
    everyone = rows[(rows["kind"] == "all") & (rows["series"] == "papi.services")].iloc[0]
    assert everyone["median"] == pytest.approx(shares.median())
    assert everyone["high"] == pytest.approx(shares.max())
    mine = rows[(rows["code"] == "20") & (rows["series"] == "papi.services")].iloc[0]
    assert mine["share"] == pytest.approx(shares[services["province"] == "20"].iloc[0])
    assert "Lạng Sơn" in drawn(ps.interactive.comparison(scores, ["Lạng Sơn"], 2024, "vi"))


def test_the_spread_is_left_out_where_most_provinces_have_no_score() -> None:
    par = ps.load_scores("PAR INDEX")
    year = int(par.loc[par["level"] == "dimension", "year"].max())
    rows, _ = score_comparison.comparison_rows(
        par, ["Hải Phòng"], year, "vi", level="dimension", within=None
    )
    assert rows.loc[rows["kind"] == "all", "median"].isna().all()


def test_lines_of_the_history_are_cut_where_years_do_not_compare(scores: pd.DataFrame) -> None:
    rows, _ = score_history.history_rows(scores, ["20"], "vi", series=None, measure="rank")
    segments = rows.drop_duplicates("year").set_index("year")["segment"]
    assert segments[2017] != segments[2018] != segments[2019]
    assert segments[2022] == segments[2023] == segments[2024]
    mine = rows[rows["code"] == "20"].set_index("year")
    assert mine.loc[2024, "rank"] == 12
    assert mine.loc[2024, "n_ranked"] == 61
    assert "2018" in drawn(ps.interactive.history(scores, ["20"], "vi", measure="rank"))


def test_years_that_carry_no_ranking_have_no_rank() -> None:
    par = ps.load_scores("PAR INDEX")
    rows, _ = score_history.history_rows(
        par, ["Hải Phòng", "Quảng Ninh"], "en", series=None, measure="rank"
    )
    assert len(rows)
    assert rows["rank"].isna().all()


def test_no_or_too_many_provinces_are_refused(scores: pd.DataFrame) -> None:
    for names in ([], [f"{code:02}" for code in (1, 2, 4, 6, 8, 10, 11)]):
        with pytest.raises(errors.InvalidRequest, match="expected 1 to 6"):
            ps.interactive.history(scores, names, "vi")
        with pytest.raises(errors.InvalidRequest, match="expected 1 to 6"):
            ps.interactive.comparison(scores, names, 2024, "vi")
    with pytest.raises(errors.UnknownChoice, match="measure"):
        ps.interactive.history(scores, ["20"], "vi", measure="points")


def test_the_same_chart_gives_the_same_text(scores: pd.DataFrame) -> None:
    first, second = (
        json.dumps(ps.interactive.history(scores, ["20"], "vi").to_dict()) for _ in range(2)
    )
    assert first == second


def test_without_the_library_the_message_names_the_extra(
    scores: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(errors.ToolMissing, match=r'pip install "parstats\[explore\]"'):
        ps.interactive.history(scores, ["20"], "vi")


@pytest.mark.parametrize("ending", ["svg", "png", "html", "json"])
def test_a_chart_is_saved_whole_in_the_form_of_its_ending(
    scores: pd.DataFrame, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"chart.{ending}"
    chart = ps.interactive.history(scores, ["20"], "vi", measure="rank")
    chart.save(path)
    content = path.read_bytes()
    begins = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE html>", "json": b"{"}
    assert content.lstrip().startswith(begins[ending])
    if ending == "html":
        assert not re.search(rb"""<script[^>]*\bsrc=""", content)
    with pytest.raises(errors.UnknownChoice, match="ending of an interactive chart"):
        chart.save(tmp_path / "chart.gif")


def test_a_notebook_gets_what_it_draws_without_a_network(scores: pd.DataFrame) -> None:
    data, about = ps.interactive.comparison(scores, ["20"], 2024, "vi")._repr_mimebundle_()
    assert set(data) == {"application/vnd.vegalite.v5+json", "image/svg+xml", "text/plain"}
    spec = data["application/vnd.vegalite.v5+json"]
    assert spec["$schema"].endswith("/v5.json")
    options = about["application/vnd.vegalite.v5+json"]["embed_options"]
    assert options["formatLocale"]["decimal"] == ","


def test_the_widgets_draw_anew_at_every_choice_and_say_the_rank_of_what_if(
    scores: pd.DataFrame,
) -> None:
    pytest.importorskip("ipywidgets")
    box = ps.interactive.explorer(scores, "vi", year=2024, provinces=["20"])
    year, series, chosen, shown = box.children
    assert ">Lạng<" in shown.value
    assert shown.value.count("<svg") == 3
    chosen.value = ()
    assert shown.value.count("<svg") == 1
    series.value, year.value = "papi.services", 2011
    assert shown.value.count("<svg") == 1
    sliders = ps.interactive.what_if_sliders(
        scores, "20", 2024, "vi", series=["papi.services.public_health"]
    )
    _, slider, result = sliders.children
    slider.value = 0.1
    answer = ps.advice.what_if(scores, "20", 2024, {"papi.services.public_health": 0.1})
    assert f"hạng từ {answer.rank} thành {answer.new_rank}" in result.value
    slider.value = slider.max  # the end of the scale is no error
    assert "hạng từ 12 thành" in result.value

"""A map of one's own boundaries: each shape its province, and the islands always there."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.figures import theme
from parstats.reference import provinces
from parstats.reference.islands import islands

pytest.importorskip("geopandas")


def ranking(vintage: int) -> pd.DataFrame:
    scores = ps.load_scores("PAPI")
    scores = scores[scores["year"] == 2024]
    if vintage == 34:
        scores = ps.panel.backcast(scores, 34)
    return ps.panel.ranks(scores, 2024)


def square(x: float, y: float) -> dict[str, object]:
    corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Polygon", "coordinates": [corners]}


def put_boundaries(folder: Path, vintage: int, names: dict[str, str] | None = None) -> Path:
    """Squares where the tiles are, named in Vietnamese, and shapes far away for the islands."""
    names = names or {}
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"s{number}", "ten_tinh": names.get(code, unit.names["vi"])},
            "geometry": square(103 + unit.tile[1], 23 - unit.tile[0]),
        }
        for number, (code, unit) in enumerate(provinces.by_code(vintage).items())
    ]
    for name in ("Hoàng Sa", "Quần đảo Trường Sa"):
        shape = {"type": "Feature", "properties": {"id": f"x{name}", "ten_tinh": name}}
        features.append(shape | {"geometry": square(150, 10)})
    path = folder / "provinces.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


@pytest.mark.parametrize("vintage", [63, 34])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_shape_has_the_colour_of_its_province(figures_to_2024, tmp_path, vintage, lang):
    table = ranking(vintage)
    chart = ps.charts.boundary_map(table, put_boundaries(tmp_path, vintage), lang)
    (axes,) = chart.figure.axes
    (drawn,) = axes.collections
    quartiles = table.set_index("province")["quartile"]
    by_place = {unit.tile: code for code, unit in provinces.by_code(vintage).items()}
    colours = {}
    for path, colour in zip(drawn.get_paths(), drawn.get_facecolors(), strict=True):
        x, y = path.vertices.min(axis=0)
        colours[by_place[round(23 - y), round(x - 103)]] = colour
    assert set(colours) == set(provinces.by_code(vintage))
    import matplotlib as mpl

    for code, colour in colours.items():
        quarter = quartiles.get(code)
        expected = "#e3e7ea" if pd.isna(quarter) else theme.QUARTILES[int(quarter)]
        assert mpl.colors.to_hex(colour) == mpl.colors.to_hex(expected), code


@pytest.mark.parametrize("vintage", [63, 34])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_both_groups_of_islands_stand_beside_the_shapes(figures_to_2024, tmp_path, vintage, lang):
    chart = ps.charts.boundary_map(ranking(vintage), put_boundaries(tmp_path, vintage), lang)
    (axes,) = chart.figure.axes
    chart.figure.draw_without_rendering()
    insets = axes.child_axes
    assert len(insets) == 2
    shapes = axes.collections[0].get_window_extent()
    for inset, group in zip(insets, islands(vintage), strict=True):
        words = " ".join(part.get_text().replace("\n", " ") for part in inset.texts)
        assert group.names[lang] in words
        assert group.units[lang] in words
        frame = inset.get_window_extent()
        assert frame.x0 > shapes.x1 - 1  # no province is hidden
        for part in inset.texts:
            assert frame.x0 <= part.get_window_extent().x0
            assert part.get_window_extent().x1 <= frame.x1


def test_wrong_boundaries_are_refused_with_place_and_remedy(figures_to_2024, tmp_path):
    table = ranking(63)
    with pytest.raises(errors.InvalidRequest, match="is not there"):
        ps.charts.boundary_map(table, tmp_path / "none.geojson", "en")
    (tmp_path / "bad.geojson").write_text("{", "utf-8")
    with pytest.raises(errors.InvalidRequest, match="cannot be read as boundaries"):
        ps.charts.boundary_map(table, tmp_path / "bad.geojson", "en")
    misspelt = put_boundaries(tmp_path, 63, {"20": "Xứ Lạng"})
    with pytest.raises(errors.InvalidRequest, match="Xứ Lạng"):
        ps.charts.boundary_map(table, misspelt, "en")
    twice = put_boundaries(tmp_path, 63, {"20": "Cao Bằng"})
    with pytest.raises(errors.InvalidRequest, match="no shape for 1 of the 63 provinces: Lạng Sơn"):
        ps.charts.boundary_map(table, twice, "en")
    with pytest.raises(errors.InvalidRequest, match="of that set"):
        ps.charts.boundary_map(table, put_boundaries(tmp_path, 34), "en")
    with pytest.raises(errors.UnknownChoice, match="ten_tinh"):
        ps.charts.boundary_map(table, put_boundaries(tmp_path, 63), "en", column="name")

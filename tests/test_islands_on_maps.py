"""Hoàng Sa and Trường Sa stand on every tile map, labelled and without a figure."""

from __future__ import annotations

import pytest
from lxml import html

from parstats.reference import provinces
from parstats.reports.site.front_page import Entry, render


@pytest.mark.parametrize(("vintage", "year"), [(63, 2024), (34, 2025)])
def test_the_front_page_has_both_islands_in_both_languages(vintage: int, year: int) -> None:
    entries = [
        Entry(
            index="PAPI",
            year=year,
            lang="vi",
            code=code,
            names=province.names,
            short=province.short_names,
            region=province.region,
            tile=province.tile,
            href=f"{code}.html",
            status="done",
            score=40.0,
            rank=place,
            n_ranked=vintage,
            vintage=vintage,
        )
        for place, (code, province) in enumerate(provinces.by_code(vintage).items(), start=1)
    ]
    page = html.document_fromstring(render(entries, lang="vi"))
    tiles = page.xpath("//*[contains(@class, 'tile island')]")
    unit = "huyện" if vintage == 63 else "đặc khu"
    assert [tile.text_content().split("(")[1].split(",")[0] for tile in tiles] == [
        f"{unit} Hoàng Sa",
        f"{unit} Trường Sa",
    ]
    for tile, name in zip(tiles, ("Hoang Sa Islands", "Truong Sa Islands"), strict=True):
        assert name in tile.text_content()
        assert "background" not in tile.get("style")  # no colour: they have no figure
        assert tile.get("href") is None

"""The explorer, used as a reader does; its figures are those of Python."""

from __future__ import annotations

import csv
import io

import pytest

import parstats as ps

pytestmark = pytest.mark.browser

HEALTH = "papi.services.public_health"


def ready(page) -> None:
    """Wait until the figure shows what the address says."""
    page.wait_for_function(
        "document.getElementById('figure').hidden ||"
        " document.getElementById('figure').dataset.drawn === toAddress()"
    )


def test_provinces_are_chosen_on_the_map_and_by_name(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&l=vi")
    ready(page)
    page.locator("#figure text", has_text="Lạng").first.click()
    page.locator("input[name=add]").fill("sai gon")
    page.locator("input[name=add]").press("Enter")
    chips = page.locator("#chips button")
    assert chips.all_inner_texts() == ["Lạng Sơn ×", "Hồ Chí Minh ×"]
    ranks = ps.panel.ranks(ps.load_scores("PAPI"), 2024).set_index("province")["rank"]
    lines = page.locator("#summary li").all_inner_texts()
    assert f"hạng {ranks['20']}/61" in lines[0]
    assert f"hạng {ranks['79']}/61" in lines[1]
    page.locator("input[name=add]").fill("không đâu")
    page.locator("input[name=add]").press("Enter")
    assert "không đâu" in page.locator("#message").inner_text()


def test_the_year_moves_and_the_address_sent_opens_the_same(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&p=20,01&l=en&v=history")
    ready(page)
    slider = page.locator("input[name=year]")
    slider.focus()
    slider.press("ArrowLeft")
    assert page.locator("#year-shown").inner_text() == "2023"
    page.locator("select[name=series]").select_option("papi.services")
    page.locator("#tab-compare").click()
    ready(page)
    address = page.evaluate("location.hash")
    other = opened("explore.html" + address)
    ready(other)
    for selector in ("#view-title", "#summary", "#note"):
        assert other.locator(selector).inner_text() == page.locator(selector).inner_text()
    assert other.locator("#tab-compare").get_attribute("aria-selected") == "true"


@pytest.mark.parametrize("points", [0.1, 0.35, -0.2])
def test_what_if_gives_the_rank_that_python_gives(opened, points: float) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=20&l=en&q=20&w={HEALTH}:{points}")
    ready(page)
    answer = ps.advice.what_if(ps.load_scores("PAPI"), "20", 2024, {HEALTH: points})
    result = page.locator("#what-if-result")
    assert result.get_attribute("data-new-rank") == str(answer.new_rank)
    assert f"rank from {answer.rank} to {answer.new_rank} of the {answer.n_ranked}" in (
        result.inner_text()
    )


def test_what_if_is_moved_by_the_keyboard(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&p=20&l=vi")
    ready(page)
    page.locator("select[name=part]").select_option(HEALTH)
    slider = page.locator("#sliders input")
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    answer = ps.advice.what_if(ps.load_scores("PAPI"), "20", 2024, {HEALTH: 0.1})
    result = page.locator("#what-if-result")
    assert result.get_attribute("data-new-rank") == str(answer.new_rank)
    assert "không phải dự báo" in page.locator(".what-if").inner_text()


@pytest.mark.parametrize("view", ["map", "table", "history", "compare"])
def test_the_data_of_a_view_are_saved_as_csv(opened, view: str) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=20,01&l=en&v={view}&m=score")
    ready(page)
    with page.expect_download() as download:
        page.locator("#csv").click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    mine = [row for row in rows if row.get("code") == "20"]
    assert mine
    if view in {"map", "table"}:
        assert len(rows) == 63
        assert mine[0]["rank"] == "12"
    if view == "history":
        assert [row["rank"] for row in mine if row["year"] == "2024"] == ["12"]


def test_the_figure_is_saved_as_svg_with_real_text(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&p=20&l=vi&v=map")
    ready(page)
    with page.expect_download() as download:
        page.locator("#svg").click()
    svg = download.value.path().read_text(encoding="utf-8")
    assert "<text" in svg
    assert ">Hoàng<" in svg


def test_an_address_of_nonsense_opens_what_there_is(opened) -> None:
    page = opened("explore.html#i=xyz&y=1066&p=99,20,abc&s=nothing&v=song&w=a:b,papi.x:3&q=77")
    ready(page)
    assert page.locator("#chips button").all_inner_texts() == ["Lạng Sơn ×"]
    newest = int(ps.load_scores("PAPI")["year"].max())
    assert page.locator("#year-shown").inner_text() == str(newest)


def test_tabs_are_moved_by_arrows_and_the_table_chooses_provinces(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&l=en")
    ready(page)
    page.locator("#tab-map").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator("#tab-table").get_attribute("aria-selected") == "true"
    box = page.get_by_role("checkbox", name="Lang Son")
    box.check()
    assert page.locator("#chips button").all_inner_texts() == ["Lang Son ×"]
    assert page.evaluate("document.activeElement.dataset.code") == "20"

"""The explorer, used as a reader does; its figures are those of Python."""

from __future__ import annotations

import csv
import io

import pytest

import parstats as ps

pytestmark = pytest.mark.browser

HEALTH = "papi.services.public_health"
# Words of the figure that reach over its edges.
OUTSIDE = """() => {
  const edge = document.querySelector("#figure svg").getBoundingClientRect();
  return [...document.querySelectorAll("#figure svg text")]
    .filter((one) => one.textContent.trim())
    .filter((one) => {
      const box = one.getBoundingClientRect();
      return box.left < edge.left - 2 || box.right > edge.right + 2
        || box.top < edge.top - 2 || box.bottom > edge.bottom + 2;
    })
    .map((one) => one.textContent);
}"""


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


def test_a_province_without_scores_is_told_so_in_what_if(opened) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=26&l=vi&q=26&w={HEALTH}:0.1")
    ready(page)
    assert "Vĩnh Phúc không có đủ điểm" in page.locator("#what-if-result").inner_text()
    page = opened(f"explore.html#i=papi&y=2024&p=20&l=vi&q=20&w={HEALTH}:0.1")
    ready(page)
    page.locator("select[name=who]").select_option("26")
    assert "Vĩnh Phúc không có đủ điểm" in page.locator("#what-if-result").inner_text()


@pytest.mark.parametrize("nonsense", ["s=toString", "s=__proto__", "r=constructor"])
def test_an_address_names_no_part_of_the_language_itself(opened, nonsense: str) -> None:
    page = opened(f"explore.html#i=papi&y=2024&l=vi&{nonsense}")
    ready(page)
    assert page.locator("#view-title").inner_text() == "PAPI 2024"
    assert nonsense not in page.evaluate("location.hash")


def test_a_link_without_provinces_shows_none_in_a_page_already_open(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&p=20,01&r=red_river_delta&l=vi&v=history")
    ready(page)
    page.evaluate("location.hash = '#i=papi&y=2022&v=map&l=vi'")
    page.wait_for_function("state.year === 2022")
    assert page.locator("#chips button").count() == 0
    assert page.locator("select[name=region]").input_value() == ""


def test_the_address_holds_what_if_as_it_is_shown(opened) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=20&l=vi&q=20&w={HEALTH}:999999")
    ready(page)
    assert page.evaluate("location.hash").endswith(page.locator("#sliders input").input_value())


@pytest.mark.parametrize("width", [1280, 390])
def test_a_comparison_of_nobody_has_its_axes(opened, width: int) -> None:
    page = opened("explore.html#i=papi&y=2024&l=vi&v=compare", width)
    ready(page)
    assert page.locator("#figure svg text", has_text="Tham gia").is_visible()
    outside = page.evaluate(OUTSIDE)
    assert outside == []


@pytest.mark.parametrize("view", ["compare&d=criterion", "compare", "history", "history&m=score"])
def test_no_word_of_a_figure_is_cut_on_a_phone(opened, view: str) -> None:
    for lang in ("vi", "en"):
        page = opened(f"explore.html#i=papi&y=2024&p=20,01,79,48,77,92&l={lang}&v={view}", 390)
        ready(page)
        assert page.evaluate(OUTSIDE) == []


def test_a_history_of_nobody_asks_for_a_province(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&l=en&v=history&m=rank")
    ready(page)
    assert "No province is chosen" in page.locator("#figure").inner_text()
    assert page.locator("#svg").is_hidden()


def test_the_keyboard_stays_where_something_was_removed(opened) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=20,01&l=en&q=20&w={HEALTH}:0.1")
    ready(page)
    page.locator("#chips button").first.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Ha Noi ×"
    page.locator("#chips button").first.press("Enter")
    assert page.evaluate("document.activeElement.name") == "add"
    page = opened(f"explore.html#i=papi&y=2024&p=20&l=en&q=20&w={HEALTH}:0.1")
    page.locator("#sliders button").press("Enter")
    assert page.evaluate("document.activeElement.name") == "part"


def test_a_name_of_several_provinces_lists_them(opened) -> None:
    page = opened("explore.html#i=papi&y=2024&l=vi")
    page.locator("input[name=add]").fill("bình")
    page.locator("input[name=add]").press("Enter")
    assert "Bình Dương, Bình Định, Bình Phước" in page.locator("#message").inner_text()


def test_a_screen_reader_hears_no_field_of_the_data(opened) -> None:
    for view in ("map", "compare", "history"):
        page = opened(f"explore.html#i=papi&y=2024&p=20&l=vi&v={view}")
        ready(page)
        heard = page.locator("#figure svg [aria-label]").evaluate_all(
            "all => all.map(one => one.getAttribute('aria-label'))"
        )
        # Other than what the figure as a whole is called.
        assert heard == []


@pytest.mark.parametrize("view", ["map", "compare", "history"])
def test_what_is_saved_names_its_source(opened, view: str) -> None:
    page = opened(f"explore.html#i=papi&y=2024&p=20&l=vi&v={view}")
    ready(page)
    for button in ("#csv", "#svg"):
        with page.expect_download() as download:
            page.locator(button).click()
        content = download.value.path().read_text(encoding="utf-8-sig")
        assert "CECODES" in content
        assert "PAPI 2024" in content or button == "#csv"

"""From page to page: neighbours, years, languages, and back to the front page as it was left."""

from __future__ import annotations

import csv
import io

import pytest

pytestmark = pytest.mark.browser


def text(page, selector: str) -> str:
    return page.locator(selector).inner_text()


def test_a_province_leads_to_its_neighbours_year_and_language(opened) -> None:
    page = opened("papi/2024/vi/20-lang-son.html")
    nav = page.locator("nav")
    nav.get_by_role("link", name="Địa phương trước").click()
    assert text(page, "h1").startswith("Hà Nội")
    page.get_by_role("link", name="Địa phương sau").click()
    assert text(page, "h1").startswith("Lạng Sơn")
    page.locator("nav select").select_option(label="2023")
    page.wait_for_url("**/papi/2023/vi/20-lang-son.html")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/papi/2023/en/20-lang-son.html")
    assert text(page, "h1") == "Lang Son: PAPI 2023"


def test_the_contents_lead_to_the_sections(opened) -> None:
    page = opened("papi/2024/en/20-lang-son.html")
    page.locator("nav summary").click()
    entries = page.locator("nav ol a")
    heads = page.locator("main h2")
    assert entries.all_inner_texts() == [head.replace("¶", "") for head in heads.all_inner_texts()]
    entries.last.click()
    assert page.evaluate("document.querySelector(location.hash) !== null")


def test_the_way_back_keeps_language_year_search_and_order(opened) -> None:
    page = opened("index.html#papi-2023-en")
    page.locator("input[type=search]").fill("lang")
    page.locator("section.on thead button[data-key=name]").click()
    page.locator("section.on tbody a", has_text="Lang Son").click()
    page.wait_for_url("**/papi/2023/en/20-lang-son.html")
    page.locator("nav a").first.click()
    page.wait_for_url("**/index.html#papi-2023-en*")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("input[type=search]").input_value() == "lang"
    assert page.locator("section.on th.name").get_attribute("aria-sort") == "ascending"
    rows = page.locator("section.on tbody tr:visible")
    assert rows.count() == 1


@pytest.mark.parametrize(
    ("asked", "code"), [("tphcm", "79"), ("sài gòn", "79"), ("dac lac", "66"), ("20", "20")]
)
def test_the_search_knows_usual_spellings_and_filters_the_years_too(
    opened, asked: str, code: str
) -> None:
    page = opened("index.html#papi-2024-vi")
    page.locator("input[type=search]").fill(asked)
    lit = page.locator(".matrix.on tbody tr:visible")
    assert [row.get_attribute("data-code") for row in lit.all()] == [code]
    page.locator("input[type=search]").fill("xyz")
    assert lit.count() == 0


def test_the_matrix_opens_on_the_newest_years(opened) -> None:
    page = opened("index.html#papi-2024-vi", 390)
    at = page.evaluate(
        "(box => box.scrollLeft + box.clientWidth - box.scrollWidth)"
        "(document.querySelector('.matrix.on .wide'))"
    )
    assert abs(at) <= 1


def test_every_figure_is_saved_with_its_data(opened) -> None:
    page = opened("papi/2024/en/20-lang-son.html")
    figures = page.locator("figure > svg").count()
    assert page.locator(".ps-save").count() == figures > 3
    profile = page.locator(".ps-save", has=page.locator("a[download*=profile]")).first
    with page.expect_download() as download:
        profile.get_by_role("link").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert {row["Part"] for row in rows} >= {"Poverty lists"}
    assert len(rows) == 28
    opened_table = page.locator("details.ps-data").nth(3)
    opened_table.locator("summary").click()
    assert opened_table.get_by_role("cell", name="Poverty lists").is_visible()
    assert opened_table.locator(".ps-html").get_attribute("tabindex") == "0"
    with page.expect_download() as download:
        profile.get_by_role("button").click()
    svg = download.value.path().read_text("utf-8")
    assert svg.startswith("<svg")
    assert "Poverty lists" in svg


def test_the_search_is_kept_when_the_language_of_a_page_is_changed(opened) -> None:
    page = opened("index.html#papi-2024-vi")
    page.locator("input[type=search]").fill("lạng")
    page.locator("section.on tbody a", has_text="Lạng Sơn").click()
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/papi/2024/en/20-lang-son.html")
    page.locator("nav a").first.click()
    page.wait_for_url("**/index.html#papi-2024-en*")
    assert page.locator("input[type=search]").input_value() == "lạng"
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_way_back_from_a_year_without_reports_keeps_the_language(opened) -> None:
    page = opened("explore.html#i=papi&y=2013&l=en")
    page.locator("#home").click()
    page.wait_for_url("**/index.html#papi-*")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("section.on").get_attribute("id") == "papi-2024-en"

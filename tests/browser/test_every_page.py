"""Every kind of page at four widths: no fault, no sideways scroll, nothing that axe objects to."""

from __future__ import annotations

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

WIDTHS = (1280, 1024, 960, 390)
PAGES = {
    "front": "index.html#papi-2024-{lang}",
    "explorer": "explore.html#i=papi&y=2024&p=20,01&v=history&l={lang}",
    "province": "papi/2024/{lang}/20-lang-son.html",
    "no data": "papi/2024/{lang}/26-vinh-phuc.html",
    "drivers": "papi/2024/{lang}/drivers.html",
    "remedies": "papi/2024/{lang}/remedies.html",
    "data quality": "papi/2024/{lang}/data-quality.html",
    "across indices": "papi/2024/{lang}/across-indices.html",
}
# What an element may be wider than the page by: the width of a line on screen.
A_PIXEL = 1

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_fits_every_width_and_is_accessible(opened, kind: str, lang: str) -> None:
    page = opened(PAGES[kind].format(lang=lang))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(150)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width + A_PIXEL, f"{kind}: {wide} pixels at a width of {width}"
        results = axe.Axe().run(page)
        found = [
            f"{one['id']}: {one['nodes'][0]['html'][:150]}"
            for one in results.response["violations"]
        ]
        assert found == [], f"{kind} at {width}"


# Words of figures that stand beyond the edge of their figure, with how many pixels.
CUT_WORDS = """
() => [...document.querySelectorAll("svg text")].flatMap(text => {
    const box = text.getBoundingClientRect()
    const frame = text.ownerSVGElement.getBoundingClientRect()
    const beyond = Math.max(
        frame.left - box.left, box.right - frame.right,
        frame.top - box.top, box.bottom - frame.bottom)
    return box.width && beyond > 1 ? [[text.textContent, Math.round(beyond)]] : []
})
"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind not in ("front", "explorer")])
def test_no_word_of_a_figure_is_cut(opened, kind: str, lang: str) -> None:
    page = opened(PAGES[kind].format(lang=lang))
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate(CUT_WORDS) == []


# Cells of tables whose words are wider than the cell.
CUT_CELLS = """
() => [...document.querySelectorAll("th, td")].flatMap(cell =>
    cell.scrollWidth - cell.clientWidth > 1 && getComputedStyle(cell).overflowX !== "visible"
        ? [cell.textContent.trim()] : [])
"""


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", [kind for kind in PAGES if kind not in ("front", "explorer")])
def test_no_cell_of_a_table_is_cut(opened, kind: str, lang: str) -> None:
    page = opened(PAGES[kind].format(lang=lang))
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT_CELLS) == [], width


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["province", "drivers", "remedies"])
def test_no_figure_is_cut_in_print(opened, kind: str, lang: str) -> None:
    page = opened(PAGES[kind].format(lang=lang))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # 180 mm at 96 dots to the inch
    heights = page.evaluate(
        "[...document.querySelectorAll('figure')].map(f => f.getBoundingClientRect().height)"
    )
    inside = page.evaluate(
        "[...document.querySelectorAll('figure')].map(f => getComputedStyle(f).breakInside)"
    )
    assert heights
    assert max(heights) < 263 / 25.4 * 96  # what A4 has between its margins
    assert set(inside) == {"avoid"}

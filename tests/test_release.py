"""A whole release: all indices, years and languages, the country too, under one front page."""

from __future__ import annotations

import re

import pytest

from parstats import errors
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import country_reports, province_reports, release
from parstats.reports.site.year_matrix import Cell, Matrix

pytestmark = pytest.mark.usefixtures("figures_to_2024")


def recorded(folder, jobs, failed=(), killed=()):
    """A manifest that says the jobs were done, without running them."""
    manifest = Manifest(folder, states={"state": {}})
    for job in jobs:
        broken = job.stem in failed or job.stem in killed
        unfinished = f"logs/{job.stem.replace('/', '-')}.html" if job.stem in failed else ""
        manifest.reports[job.stem] = {
            "status": "failed" if broken else "done",
            "message": "cell [4]: KeyError: 'x'" if broken else "",
            "unfinished": unfinished,
            "key": "",
            "state": "state",
            "notebook": job.notebook.name,
            "parameters": dict(job.parameters),
            "title": job.title,
            "lang": job.lang,
            "figures": 0,
            "outputs": {} if broken else dict.fromkeys(job.outputs().values(), ""),
        }
    manifest.write()


@pytest.fixture(scope="module")
def jobs():
    years = {"PAPI": [2023, 2024], "PAR INDEX": [2023]}
    selection = release.select_provinces(None, years)
    return release.jobs(selection, ["vi", "en"], ["html"], country=True)


@pytest.fixture(scope="module")
def page(jobs, tmp_path_factory):
    """Two years of PAPI and one of the PAR INDEX, in both languages; one page failed."""
    folder = tmp_path_factory.mktemp("release")
    recorded(folder, jobs, failed=["papi/2024/vi/remedies"])
    return release.write_front_page(folder, lang="vi").read_text(encoding="utf-8")


def test_every_province_and_the_country_have_their_jobs(jobs):
    assert len(jobs) == 3 * 2 * (63 + len(country_reports.NOTEBOOKS))
    stems = {job.stem for job in jobs}
    assert len(stems) == len(jobs)
    assert {"papi/2024/vi/20-lang-son", "par/2023/en/drivers"} <= stems
    country = [job for job in jobs if job.stem == "papi/2023/en/remedies"]
    assert country[0].title == "Whole country, Remediation measures: PAPI 2023"
    assert country[0].parameters == {"index": "PAPI", "lang": "en", "province": ""}


@pytest.mark.process
def test_every_job_fits_its_notebook(jobs):
    from parstats.reports.batch.notebook_parameters import check

    check(jobs)


def test_the_first_page_does_not_wait_for_those_that_take_longest(jobs):
    first, *rest = [job.notebook.name for job in jobs[:10]]
    assert first == province_reports.NOTEBOOK
    assert set(rest[: len(country_reports.NOTEBOOKS)]) == set(country_reports.NOTEBOOKS)


def test_years_are_those_with_figures():
    assert release.select_years("PAPI", "all")[0] == 2011
    assert release.select_years("SIPAS", "2014-2017") == [2015, 2017]
    assert release.select_years("PAR INDEX", "2015") == [2015]  # one printed rank, no score
    with pytest.raises(errors.UnknownChoice, match="unknown year of SIPAS 2016"):
        release.select_years("SIPAS", "2016")


def test_the_country_is_linked_above_the_map_and_a_failed_page_is_named(page):
    assert 'href="papi/2024/vi/drivers.html"' in page
    assert 'href="papi/2024/vi/remedies.html"' not in page
    assert 'href="papi/2024/en/remedies.html"' in page
    failures = page[page.index('class="failures"') :]
    assert failures.index("Biện pháp khắc phục") < failures.index("KeyError")
    assert 'href="logs/papi-2024-vi-remedies.html"' in page


def test_a_report_whose_process_was_killed_links_no_page_that_is_not_there(jobs, tmp_path):
    recorded(tmp_path, jobs, killed=["papi/2024/vi/remedies", "papi/2024/vi/20-lang-son"])
    page = release.write_front_page(tmp_path, lang="vi").read_text(encoding="utf-8")
    assert page.count("KeyError") >= 2
    assert 'href="logs/' not in page


def status_matrix(page: str, index: str) -> str:
    start = page.index(f'class="matrix{" on" if index == "PAPI" else ""}" id=')
    return page[start : page.index("</table>", start)]


def test_all_years_of_an_index_stand_in_one_table(page, scores):
    table = status_matrix(page, "PAPI")
    assert re.findall(r'<th scope="col">(\d{4})</th>', table) == [
        str(year) for year in range(2011, 2025)
    ]
    assert len(re.findall(r'<th scope="row">', table)) == 63
    row = table[table.index(">Lạng Sơn<") :]
    cells = re.findall(r"<td.*?</td>", row[: row.index("</tr>")])
    assert 'href="papi/2024/vi/20-lang-son.html" hreflang="vi">12</a>' in cells[-1]
    assert "<a" not in cells[0]  # no report of 2011


def test_a_province_without_figures_keeps_its_page_in_the_table(page):
    row = status_matrix(page, "PAPI")
    row = row[row.index(">Vĩnh Phúc<") :]
    cells = re.findall(r"<td.*?</td>", row[: row.index("</tr>")])
    assert 'href="papi/2024/vi/26-vinh-phuc.html" hreflang="vi">–</a>' in cells[-1]


def test_ranks_of_a_thin_index_are_printed_ones_and_said_to_be(page):
    start = page.index('id="par-index-years"')
    table = page[start : page.index("</table>", start)]
    assert re.search(r">\(\d+\)<", table)
    assert "Số trong ngoặc là thứ hạng đã công bố" in table
    assert "do parstats tính" not in table
    assert not re.search(r"background:#[0-9a-f]{6};color:[^>]*>\s*\(", table)


def test_a_score_without_a_rank_is_a_dot_and_nothing_is_empty():
    cells = {
        (63, "20", 2024): Cell(3, 61, 45.0),
        (63, "01", 2024): Cell(3, None, 45.0),
        (63, "26", 2024): Cell(None, None, 45.0),
    }
    matrix = Matrix("PAPI", {2024: 63}, cells)
    written = {row.names["en"]: row.cells[0].written for row in matrix.rows}
    assert written["Lang Son"] == "3"
    assert written["Ha Noi"] == "(3)"
    assert written["Vinh Phuc"] == "·"
    assert written["Ca Mau"] == ""
    assert matrix.has_printed


def test_a_province_with_a_score_but_no_ranking_has_data(jobs, page):
    """In the PAR INDEX of 2023 Quảng Ninh has a score; too few have one for a ranking."""
    start = page.index('id="par-index-2023-vi"')
    section = page[start : page.index("</section>", start)]
    assert "Quảng Ninh: " in section
    assert "không xếp hạng" in section


@pytest.mark.parametrize(
    ("stem", "change"),
    [
        ("papi/2024/vi/20-lang-son", {"year": 1999}),
        ("papi/2024/vi/20-lang-son", {"year": [2024]}),
        ("papi/2024/vi/20-lang-son", {"index": {}}),
        ("papi/2024/vi/20-lang-son", {"province": "99"}),
        ("papi/2024/vi/20-lang-son", {"lang": None}),
        ("papi/2024/vi/drivers", {"index": "XYZ"}),
        ("papi/2024/vi/drivers", {"lang": "fr"}),
    ],
)
def test_a_report_of_no_known_year_or_place_is_left_out_and_named(jobs, tmp_path, stem, change):
    other = next(job.stem for job in jobs if job.stem != stem)
    recorded(tmp_path, [job for job in jobs if job.stem in (stem, other)])
    manifest = Manifest.open(tmp_path)
    manifest.reports[stem]["parameters"] |= change
    manifest.write()
    page = release.write_front_page(tmp_path, lang="vi").read_text(encoding="utf-8")
    assert release.reports_without_figures(tmp_path) == [stem]
    assert f'href="{other}.html"' in page
    assert f'href="{stem}.html"' not in page


def test_a_page_of_the_country_under_a_name_of_no_form_is_left_out(jobs, tmp_path):
    recorded(tmp_path, [job for job in jobs if job.stem == "papi/2024/vi/drivers"])
    manifest = Manifest.open(tmp_path)
    manifest.reports["drivers"] = manifest.reports.pop("papi/2024/vi/drivers")
    manifest.write()
    assert "drivers.html" not in release.write_front_page(tmp_path, lang="vi").read_text("utf-8")
    assert release.reports_without_figures(tmp_path) == ["drivers"]

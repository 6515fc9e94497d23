"""The command line: exit status, one helpful line for a mistake, output where it belongs."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from parstats import cli, storage

pytestmark = pytest.mark.usefixtures("figures_to_2024")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["foo"], "No such command 'foo'"),
        (["report"], "no province given; name some, or use --all"),
        (["report", "20", "--all"], "give province names or --all, not both"),
        (["report", "Lang Xan"], "unknown province 'Lang Xan'; nearest: Lạng Sơn"),
        (["report", "Huế"], "write the full name: Thừa Thiên Huế"),
        (["report", "20", "--year", "1999"], "unknown year of PAPI 1999"),
        (["report", "20", "--year", "x"], "years 'x': expected years and spans of years"),
        (["report", "20", "--lang", "fr"], "unknown language 'fr': expected one of vi, en"),
        (["report", "20", "--index", "PAX"], "unknown index 'PAX': expected one of PAPI, SIPAS, "),
        (
            ["report", "20", "--format", "odt"],
            "unknown format 'odt': expected one of html, docx, pdf, ipynb, xlsx",
        ),
        (["report", "20", "--format", ","], "--format is empty"),
        (["report", "20", "--jobs", "0"], "'--jobs'"),
        (["report", "20", "--nope"], "No such option: --nope"),
        (["drivers", "--year", "1900"], "unknown year of PAPI 1900"),
        (["check"], "Missing argument"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(run, tmp_path, monkeypatch, arguments, says):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*arguments)
    assert status == 2
    assert says in err
    assert len(err.strip().splitlines()) == 1, err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["report", "20", "--index", "pci"], "parstats: no figures of PCI: put files with their "),
        (["drivers", "--index", "PCI"], "parstats: no figures of PCI: put files with their "),
    ],
)
def test_an_index_without_figures_is_refused_in_one_line(
    run, cut_folder, tmp_path, monkeypatch, arguments, says
):
    """In a data folder with PAPI alone."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARSTATS_DATA", str(cut_folder))
    status, out, err = run(*arguments)
    assert (status, out) == (1, "")
    assert err.startswith(says)
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_index_with_too_few_figures_is_refused_in_one_line(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run("drivers", "--index", "par", "--year", "2023")
    assert (status, out) == (1, "")
    assert err.startswith(
        "parstats: too few provinces for drivers of PAR INDEX 2023: 1 of 63 have complete "
        "data, 57 are needed; published for the country: mean 86.98, "
    )
    assert len(err.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_others_is_refused_in_one_line(run, tmp_path):
    (tmp_path / "thesis.docx").write_text("mine", encoding="utf-8")
    for folder, says in (
        (tmp_path, "holds files that parstats did not make; name an empty or a new folder"),
        (tmp_path / "thesis.docx", "is a file; name a folder for the reports"),
    ):
        status, out, err = run("report", "20", "-o", str(folder))
        assert (status, out) == (2, "")
        assert err == f"parstats: {folder} {says}\n"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_an_unknown_name_may_have_no_near_one(run):
    status, _, err = run("report", "qqqq")
    assert (status, err.strip()) == (2, "parstats: unknown province 'qqqq'")


def test_help_shows_every_command_with_an_example(run):
    status, out, _ = run("--help")
    assert status == 0
    for command in ("build", "check", "drivers", "report", "verify"):
        assert command in out
        status, text, _ = run(command, "--help")
        assert status == 0
        assert f"parstats {command}" in text
        assert "Example:" in text


def test_version(run):
    assert run("--version")[:2] == (0, f"parstats {storage.version()}\n")


def test_build_prints_the_summary_on_one_screen(run):
    status, out, err = run("build")
    assert status == 0
    lines = out.splitlines()
    assert len(lines) <= 50
    assert max(map(len, lines)) <= 100
    assert (
        "PAPI           2024  PAPI-2021       61/63      0      yes  Vĩnh Phúc, Tiền Giang" in lines
    )
    assert "PAPI           2021  PAPI-2021       60/63      6*     yes  Quảng Ninh" in out
    assert "SIPAS          2022  SIPAS-2022      15/63      1*      no  48 provinces" in lines
    # Years with few provinces share a line within a framework; a ranked year has its own.
    assert "SIPAS       2023-24  SIPAS-2023   15-29/63      1       no" in lines
    assert "PAR INDEX   2022-24  PAR-2022     15-32/63      1       no" in lines
    assert "PCI            2020  PCI-2013        63/63      0      yes" in lines
    assert "PCI         2021-24  PCI-2013      2-13/63      0       no" in lines
    assert "printed scores: 735 of 739 agree with those kept within 0.05 points" in lines
    assert "  PAPI 2021 Bình Thuận: printed 44.51, kept 44.15" in lines
    assert "63 settled by reading them, 5 by precedence" in out
    assert "  PAR INDEX 2023 17 par.part.sipas score: 8.19 not used" in out
    assert "29,464 scores" in err


def test_drivers_say_which_scores_the_province_lacks(run):
    status, out, err = run("drivers", "--year", "2022", "--province", "Bắc Giang")
    assert status == 0
    assert out.splitlines()[0].endswith(",score,percentile")
    assert "Bắc Giang (24) has no score in 15 of 28 series of 2022" in err
    assert "no score" not in run("drivers", "--year", "2022", "--province", "Lạng Sơn")[2]


def test_a_folder_that_a_result_makes_is_said(run, tmp_path):
    for folder, is_new in (("new", True), ("new", False)):
        path = tmp_path / folder / "shares.csv"
        status, _, err = run("drivers", "--year", "2024", "-o", str(path))
        assert status == 0
        assert (f"made the folder {path.parent}" in err) is is_new


def test_help_of_drivers_says_what_its_intervals_are(run):
    _, out, _ = run("drivers", "--help")
    assert "no sampling error" in " ".join(out.split())


def test_drivers_of_a_region_or_of_dimensions(run):
    status, out, _ = run("drivers", "--year", "2024", "--region", "NMM", "--level", "dimension")
    assert status == 0
    rows = out.splitlines()
    assert len(rows) == 9
    assert all(row.startswith("PAPI,2024,NMM,papi.") for row in rows[1:])
    status, _, err = run("drivers", "--year", "2024", "--region", "SE")
    assert status == 1
    assert "6 of 6 have complete data, 10 are needed" in err
    assert run("drivers", "--region", "XX")[0] == 2
    status, named, _ = run(
        *("drivers", "--year", "2024", "--region", "Trung du và miền núi phía Bắc"),
        *("--level", "dimension"),
    )
    assert (status, named) == (0, out)
    assert run("drivers", "--level", "criteria")[0] == 2


def test_drivers_go_to_a_pipe_as_csv_and_to_files_by_ending(run, tmp_path):
    status, out, _ = run("drivers", "--year", "2024")
    assert status == 0
    assert out.startswith("index,year,region,series,")
    assert out.count("\n") == 29
    for ending, read in (
        (".csv", pd.read_csv),
        (".parquet", pd.read_parquet),
        (".xlsx", pd.read_excel),
        (".json", pd.read_json),
    ):
        path = tmp_path / f"shares{ending}"
        assert run("drivers", "--year", "2024", "-o", str(path))[0] == 0
        assert read(path)["share"].sum() == pytest.approx(1)
    status, _, err = run("drivers", "-o", str(tmp_path / "x.docx"))
    assert status == 2
    assert "unknown ending of an output file" in err


def test_check_reports_a_good_file_and_every_problem_of_a_bad_one(run, tmp_path):
    good = tmp_path / "good.csv"
    good.write_text("year,province,series,score\n2024,Lạng Sơn,papi.services.public_health,1.9\n")
    status, out, _ = run("check", str(good))
    assert status == 0
    assert out == f"{good}: in order as scores of PAPI (1 row, 1 year, 1 province, 1 series)\n"
    bad = tmp_path / "bad.csv"
    bad.write_text('year,province,series,score\n2024,Lạng Sơn,papi.services.public_health,"1,9"\n')
    status, out, err = run("check", str(good), str(bad))
    assert status == 1
    assert f"{good}: in order" in out
    assert (
        f"{bad}, row 2, column score: found '1,9'; expected a number with a decimal point; "
        "write 1.9, with a decimal point" in err
    )
    assert run("check", str(tmp_path / "none.csv"))[0] == 1


class Page(HTMLParser):
    """Headings, pictures and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.images: list[dict[str, str]] = []
        self.links: list[str] = []
        self.headings: list[str] = []
        self._open = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "svg":
            self.images.append(dict(attrs))
        if tag == "a":
            self.links.append(dict(attrs).get("href", ""))
        if tag in ("h1", "h2"):
            self._open = True
            self.headings.append("")

    def handle_endtag(self, tag):
        if tag in ("h1", "h2"):
            self._open = False

    def handle_data(self, data):
        if self._open:
            self.headings[-1] += data


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Reports of a province with data, of one without, in both languages."""
    out = tmp_path_factory.mktemp("rendered") / "reports"
    arguments = ["report", "lang xon", "26", "--year", "2024", "--lang", "all", "--jobs", "2"]
    with pytest.raises(SystemExit) as stop:
        cli.main([*arguments, "--format", "html,ipynb", "-o", str(out)])
    assert stop.value.code == 0
    return out


def test_reports_stand_where_the_design_says(rendered):
    files = sorted(str(p.relative_to(rendered)) for p in rendered.rglob("*") if p.is_file())
    names = ("20-lang-son", "26-vinh-phuc")
    pages = [
        f"papi/2024/{lang}/{name}.{form}"
        for lang in ("en", "vi")
        for name in names
        for form in ("html", "ipynb")
    ]
    logs = [f"logs/papi-2024-{lang}-{name}.log" for lang in ("en", "vi") for name in names]
    assert files == ["explore.html", "index.html", *logs, "manifest.json", "pages.js", *pages]


def test_the_front_page_links_every_report(rendered):
    links = Page((rendered / "index.html").read_text(encoding="utf-8")).links
    for lang in ("vi", "en"):
        for name in ("20-lang-son", "26-vinh-phuc"):
            assert f"papi/2024/{lang}/{name}.html" in links


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_report_is_self_contained_described_and_free_of_code(rendered, lang):
    text = (rendered / f"papi/2024/{lang}/20-lang-son.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.images) == 6
    assert all(len(image["aria-label"]) > 20 for image in page.images)
    assert all(image["role"] == "img" for image in page.images)
    assert "<img" not in text
    assert len(page.headings) == 13
    assert page.headings[0].startswith("Lạng Sơn" if lang == "vi" else "Lang Son")
    assert len(text) < 1_500_000
    assert "load_scores" not in text
    assert not re.search(r"\bnan\b|Traceback", text)
    assert "12 / 61" in text
    assert ("45,00" if lang == "vi" else "45.00") in text
    assert f"../../../index.html#papi-2024-{lang}" in page.links
    assert any(link.startswith("../../../explore.html#") for link in page.links)
    planned = "Tỉnh đã lên kế hoạch gì" if lang == "vi" else "What the province planned"
    assert any(heading.startswith(planned) for heading in page.headings)
    assert "472/UBND-NC" in text


def test_a_province_without_data_gets_a_page_that_says_so(rendered):
    text = (rendered / "papi/2024/vi/26-vinh-phuc.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "PAPI 2024 không có kết quả của Vĩnh Phúc." in text
    assert len(page.images) == 1
    assert len(page.headings) == 4
    assert "Chưa đăng ký kế hoạch nào của Vĩnh Phúc cho PAPI." in text
    assert "Không tìm thấy không có nghĩa là không ban hành." in text


def test_a_second_run_leaves_out_what_is_up_to_date(run, rendered):
    before = {p: p.stat().st_mtime_ns for p in rendered.rglob("*.html") if p.name != "index.html"}
    arguments = ("report", "20", "26", "--year", "2024", "--lang", "all", "--resume")
    status, out, err = run(*arguments, "--format", "html", "-o", str(rendered))
    assert status == 0
    assert "0 rendered, 4 up to date, 0 failed" in err
    assert out.strip() == str((rendered / "index.html").resolve())
    assert before == {p: p.stat().st_mtime_ns for p in before}


def test_verify_finds_a_changed_page(run, rendered, tmp_path):
    import shutil

    assert run("verify", str(rendered))[0] == 0
    copy = tmp_path / "copy"
    shutil.copytree(rendered, copy)
    (copy / "papi/2024/vi/20-lang-son.html").write_text("x", encoding="utf-8")
    status, out, _ = run("verify", str(copy))
    assert status == 1
    assert out == "papi/2024/vi/20-lang-son.html: changed since it was written\n"


def test_the_manifest_tells_what_the_reports_were_made_from(rendered):
    manifest = json.loads((rendered / "manifest.json").read_text(encoding="utf-8"))
    report = manifest["reports"]["papi/2024/vi/20-lang-son"]
    state = manifest["states"][report["state"]]
    assert "papi/papi_2024.csv" in state["raw"]
    assert state["versions"]["parstats"] == storage.version()
    site = ("explore.html", "index.html", "pages.js")
    assert manifest["site"] == {name: storage.sha256(rendered / name) for name in site}
    named = {"index": "PAPI", "lang": "vi", "province": "20", "year": 2024}
    assert report["parameters"] == named | {"advice": True, "brief": False}


def test_a_failing_report_is_listed_and_ends_with_1(run, tmp_path, monkeypatch):
    import nbformat

    source = storage.notebooks_folder() / "04_province_report.ipynb"
    book = nbformat.read(source, as_version=4)
    (cell,) = (cell for cell in book.cells if "code = ps.match_province" in cell.source)
    cell.source += "\nassert code != '01', 'no capital today'"
    nbformat.write(book, tmp_path / source.name)
    monkeypatch.setattr(storage, "notebooks_folder", lambda: tmp_path)
    out = tmp_path / "out"
    status, stdout, err = run("report", "01", "26", "--year", "2024", "-o", str(out))
    assert status == 1
    assert "failed: Hà Nội: PAPI 2024: cell [" in err
    assert "AssertionError: no capital today" in err
    assert "1 rendered, 0 up to date, 1 failed" in err
    assert stdout.strip().endswith("index.html")
    assert "no capital today" in (out / "index.html").read_text(encoding="utf-8")
    assert (out / "papi/2024/vi/26-vinh-phuc.html").exists()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_drivers_at_a_terminal_fit_80_columns_with_names(run, monkeypatch, lang):
    from parstats.cli import application

    monkeypatch.setattr(application.sys.stdout, "isatty", lambda: True)
    arguments = ["drivers", "--index", "PAPI", "--year", "2024", "--lang", lang]
    for more in ([], ["--province", "Lạng Sơn"]):
        status, out, _ = run(*arguments, *more)
        assert status == 0
        assert max(map(len, out.splitlines())) <= 80
        assert "papi." not in out
        assert ("Danh sách hộ nghèo" if lang == "vi" else "Poverty lists") in out
    assert ("Bách phân vị" if lang == "vi" else "Percentile") in out

"""Sources of figures: who may be linked to, what stands for a copy, and what the data lead to."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

import parstats as ps
from parstats.figures.table import Table
from parstats.figures.tables import available_scores
from parstats.figures.text import available_scores_summary, province_summary
from parstats.figures.text.source_links import linked
from parstats.reference import csv_tables, sources
from parstats.reference.labels import LANGUAGES, text
from parstats.reference.provinces import by_code

RAW = Path(__file__).parent.parent / "data" / "raw"
LINK = re.compile(r"\]\(<?(https?://[^>)\s]+)|href=\"(https?://[^\"]+)\"")
PAR_2020 = "http://211.88.39.63/article/gb/tjsj/202106/549782.html"
VNA_2013 = "http://ufabetindo.in/da-nang-takes-lead-in-2013-administrative-reform-post65209.vnp"


def addresses() -> dict[str, str]:
    """Every address in the raw files, with a file that has it."""
    actual = {}
    for path in sorted(RAW.glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for part in " ".join(row.values()).split():
                    if part.startswith(("http://", "https://")):
                        actual[part.rstrip(";,")] = path.name
    return actual


def links(markup: str) -> list[str]:
    return [one or other for one, other in LINK.findall(markup)]


# The list of hosts.


def test_every_host_in_the_data_is_listed() -> None:
    unlisted = {
        f"{urlsplit(address).hostname} ({file})"
        for address, file in addresses().items()
        if sources.listed_host(address) is None
    }
    assert not unlisted, (
        "look who runs the host, then add it with the reason to "
        f"src/parstats/reference/source_hosts.csv: {', '.join(sorted(unlisted))}"
    )


def test_every_listed_host_is_in_use_and_says_who_it_is() -> None:
    rows = csv_tables.rows("source_hosts")
    used = {sources.listed_host(address) for address in addresses()}
    used |= {
        sources.listed_host(part)
        for name in (
            "breaks",
            "gaps",
            "indices",
            *(f"frameworks/{slug}" for slug in csv_tables.framework_slugs()),
        )
        for row in csv_tables.rows(name)
        for part in f"{row.get('source', '')} {row.get('page', '')}".split()
        if "://" in part
    }
    assert {row["host"] for row in rows} <= used
    for row in rows:
        assert row["kind"] in sources.KINDS
        assert row["reason"], row["host"]
        if row["kind"] != "copy":
            assert row["publisher_vi"], row["host"]
            assert row["publisher_en"], row["host"]


def test_no_host_that_may_be_linked_is_a_bare_address_or_named_after_a_betting_brand() -> None:
    brand = re.compile(r"bet|ufa|casino|win\d|xoso|kuwin|slot|poker|88|thethao")
    for row in csv_tables.rows("source_hosts"):
        if row["kind"] != "copy":
            assert not re.fullmatch(r"[\d.]+", row["host"])
            assert not brand.search(row["host"]), row["host"]


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://hanhchinhcong.langson.gov.vn/a", "langson.gov.vn"),
        ("https://langson.gov.vn.example.org/a", None),
        ("https://notlangson.gov.vn/a", None),
        ("https://WWW.UFABETINDO.IN/a", "ufabetindo.in"),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_a_host_covers_those_below_it_and_no_other(address: str, host: str | None) -> None:
    assert sources.listed_host(address) == host


def test_titled_pages_are_in_the_data_once_and_have_sound_dates() -> None:
    rows = csv_tables.rows("source_pages")
    assert len({row["address"] for row in rows}) == len(rows)
    assert {row["address"] for row in rows} <= set(addresses())
    for row in rows:
        assert re.fullmatch(r"(20\d\d(-[01]\d(-[0-3]\d)?)?)?", row["date"]), row
        assert row["title"] or row["date"] or row["publisher_en"], row


# What is written.


def test_a_page_is_shown_by_title_publisher_and_date() -> None:
    address = "https://qbtv.vn/portal/pages/2025-04-14/Ket-qua-Chi-so-PAR-INDEX-va-Chi-so-SIPAS-tinh-Quan.aspx"
    title = "Kết quả Chỉ số PAR INDEX và Chỉ số SIPAS tỉnh Quảng Bình năm 2024"
    assert linked(address, "vi") == f"[{title}](<{address}>) (Đài PT-TH Quảng Bình, 14/04/2025)"
    assert linked(address, "en").endswith(" (Quang Binh Radio and Television, 2025-04-14)")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_of_offices_are_told_from_others(lang: str) -> None:
    official = text("partial.official", lang)
    assert linked("https://langson.gov.vn/a", lang).endswith(f"({official})")
    assert official not in linked("http://baolangson.vn/a", lang)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "http://baolangson.vn/a(1).html;",
            "[Lang Son newspaper](<http://baolangson.vn/a(1).html>)",
        ),
        ("https://baolangson.vn/<b>", "[Lang Son newspaper](<https://baolangson.vn/%3Cb%3E>)"),
        ("javascript:alert(1)", "`javascript:alert(1)`"),
        ("https://x.example/a", "`x.example`"),
        ("http://[broken", "a page without an address"),
        ("a newspaper", "`a newspaper`"),
        ("", ""),
    ],
)
def test_nothing_but_a_listed_host_becomes_a_link(source: str, expected: str) -> None:
    assert linked(source, "en") == expected


def test_a_copy_names_the_original_and_is_not_linked() -> None:
    title = "Da Nang takes lead in 2013 administrative reform"
    assert linked(VNA_2013, "en") == f"quoted from a copy of “{title}”, Vietnam News Agency"
    assert linked(VNA_2013, "vi") == f"dẫn theo bản sao của “{title}”, Thông tấn xã Việt Nam"
    assert linked(PAR_2020, "vi") == "dẫn theo bản sao của một báo Việt Nam, 06/2021"
    unnamed = linked("http://tothethao.com/a", "en")
    assert unnamed == "quoted from a copy that does not name its original"


def test_a_better_page_stands_alone_and_a_named_original_before_an_unnamed_one() -> None:
    better = "https://baolangson.vn/a"
    assert linked(f"{VNA_2013} {better}", "en") == linked(better, "en")
    assert linked(f"http://tothethao.com/a {VNA_2013}", "en") == linked(VNA_2013, "en")
    assert linked(f"https://x.example/a {VNA_2013}", "en") == linked(VNA_2013, "en")


def test_of_a_site_one_page_is_shown_and_the_rest_are_counted() -> None:
    assert linked("https://papi.org.vn/1 https://papi.org.vn/2", "en").count("](<") == 1
    hosts = ("baolangson.vn", "baonghean.vn", "nhandan.vn", "laodong.vn", "sggp.org.vn")
    many = linked(" ".join(f"https://{host}/x" for host in hosts), "en")
    assert many.count("](<") == 3
    assert many.endswith(text("partial.more_sources", "en", n=2))


def test_signs_of_markup_in_a_title_stay_signs(small_data, monkeypatch) -> None:
    folder = small_data.folder / "reference"
    folder.mkdir()
    table = 'address,title\nhttps://papi.org.vn/a,"[x](http://ufabetindo.in) *y*"\n'
    (folder / "source_pages.csv").write_text(table, encoding="utf-8")
    from parstats.reference import editions

    editions.refresh()
    markup = linked("https://papi.org.vn/a", "en")
    assert markup.startswith(r"[\[x\](http://ufabetindo.in) \*y\*](<https://papi.org.vn/a>)")


def test_a_host_of_one_s_own_is_linked_once_it_is_listed_in_the_data_folder(small_data) -> None:
    from parstats.reference import editions

    address = "https://cchc.example/a"
    assert linked(address, "en") == "`cchc.example`"
    folder = small_data.folder / "reference"
    folder.mkdir()
    row = "cchc.example,official,Sở Nội vụ,Department of Home Affairs,our own department"
    header = "host,kind,publisher_vi,publisher_en,reason"
    (folder / "source_hosts.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    editions.refresh()
    assert (
        linked(address, "en") == "[Department of Home Affairs](<https://cchc.example/a>) (official)"
    )


# What the data lead to.


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_source_in_the_tables_leads_to_a_copy_or_an_unlisted_host(lang: str) -> None:
    shown = set()
    for table in (ps.load_printed(), ps.load_statistics()):
        shown |= {linked(source, lang) for source in table["source"].unique()}
    addresses_shown = [address for markup in shown for address in links(markup)]
    assert len(addresses_shown) > 200
    for address in addresses_shown:
        page = sources.page(address)
        assert page.kind in ("official", "press", "collection"), address
    for markup in shown:
        assert not re.search(r"ufabet|211\.88|xoso|tothethao", markup)


@pytest.mark.parametrize(("index", "province"), [("PAR INDEX", "48"), ("SIPAS", "94")])
def test_pages_of_provinces_known_from_copies_have_no_link_to_one(
    index: str, province: str
) -> None:
    own = ps.panel.available_scores(ps.load_scores(index), ps.load_printed(), province)
    national = ps.panel.national_scores(index)
    table = available_scores.years(own, national, ps.load_breaks(), "en").gt.as_raw_html()
    assert text("partial.copy", "en", original="").strip() in table
    for year in own["year"].unique():
        note = available_scores_summary.sources_note(own, national, int(year), "en")
        table += note.data if note else ""
        table += (
            available_scores.parts(own, int(year), "en").gt.as_raw_html() if year > 2017 else ""
        )
        national_table = available_scores.statistics(ps.load_statistics(index), int(year), "en")
        table += national_table.gt.as_raw_html() if isinstance(national_table, Table) else ""
    assert links(table)
    for address in links(table):
        assert sources.page(unescape(address)).is_linked, address
    assert not re.search(r"ufabet|211\.88|xoso", table)


def test_printed_totals_of_papi_name_their_page() -> None:
    printed = ps.load_printed().query("index == 'PAPI'")
    for province in by_code():
        note = province_summary.printed_note(printed, province, "vi")
        if note is not None:
            assert "<NA>" not in note.data
            for address in links(note.data):
                assert sources.page(address).is_linked, address


def test_figures_found_on_a_better_page_show_it_instead_of_the_copy() -> None:
    printed = ps.load_printed().query("index == 'PAR INDEX' and series == 'par'")
    printed = printed.set_index(["year", "province"])["source"]
    for cell in ((2012, "75"), (2013, "31"), (2013, "48"), (2014, "01"), (2014, "06")):
        assert "ufabetindo" in printed[cell]
        assert links(linked(printed[cell], "en")), cell
    # 58.91 is of a copy and of two other pages; 91.04 of copies only.
    assert len(links(linked(printed[2013, "14"], "en"))) == 2
    assert not links(linked(printed[2020, "22"], "en"))


def test_no_score_stands_beside_a_page_that_prints_the_rank_alone() -> None:
    """A copy is hidden behind a better page only where that page prints the score too."""
    files = [
        pd.read_csv(path, dtype=str, keep_default_na=False)
        for path in sorted(RAW.glob("*/*printed*.csv"))
    ]
    raw = pd.concat(files)
    raw = raw[raw["score"] != ""]
    count = 0
    table = ps.load_printed().dropna(subset=["score_printed", "rank_printed"])
    for row in table[table["unit"] == ""].itertuples():
        same = raw[
            (raw["year"] == str(row.year))
            & (raw["province"] == row.province)
            & (raw["series"] == row.series)
        ]
        gap = (same["score"].astype(float) - row.score_printed).abs()
        pages = " ".join(same.loc[gap < 0.006, "source"])
        if pages and not links(linked(pages, "en")):
            count += 1
            assert not links(linked(row.source, "en")), (row.index, row.year, row.province)
    assert count > 5

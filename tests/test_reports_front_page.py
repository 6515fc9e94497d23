"""The front page: every province in map and table, in both languages, without a network."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pandas as pd
import pytest

import parstats as ps
from parstats import errors
from parstats.figures import rank_colours
from parstats.reference import provinces
from parstats.reports import Entry, write_site
from parstats.reports.batch.manifest import Manifest
from parstats.reports.catalogue import province_reports, release

pytestmark = pytest.mark.usefixtures("figures_to_2024")

VOID = {"meta", "link", "input", "img", "br", "hr"}


class Tree(HTMLParser):
    """Elements of a page with their attributes; complains of tags closed out of order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [
            about
            for name, about in self.found
            if name == tag and all(about.get(key) == value for key, value in attributes.items())
        ]


def entry(code: str, ranking: pd.DataFrame, year: int = 2024, lang: str = "vi", **more: object):
    province = provinces.by_code()[code]
    is_ranked = code in ranking.index
    rank = int(ranking.loc[code, "rank"]) if is_ranked else None
    about: dict[str, object] = {
        "index": "PAPI",
        "year": year,
        "lang": lang,
        "code": code,
        "names": province.names,
        "short": province.short_names,
        "region": province.region,
        "tile": province.tile,
        "href": f"papi/{year}/{lang}/{province.stem}.html",
        "status": "done" if is_ranked else "no data",
        "score": float(ranking.loc[code, "score"]) if is_ranked else None,
        "rank": rank,
        "n_ranked": len(ranking) if is_ranked else None,
        "quartile": min(4, 1 + 4 * (rank - 1) // len(ranking)) if rank else None,
    }
    return Entry(**(about | more))


@pytest.fixture(scope="module")
def ranking(scores):
    return ps.panel.ranks(scores, 2024).set_index("province")


@pytest.fixture(scope="module")
def page(ranking, tmp_path_factory):
    """A page over all provinces in Vietnamese, three in English, one of which failed."""
    entries = [entry(code, ranking) for code in provinces.by_code()]
    entries += [entry(code, ranking, lang="en") for code in ("20", "26")]
    entries.append(
        entry("01", ranking, lang="en", status="failed", message="cell [3]: <b>boom</b>")
    )
    path = write_site(tmp_path_factory.mktemp("site"), entries, lang="vi")
    return path.read_text(encoding="utf-8")


def test_every_report_is_linked_from_map_and_table(page):
    links = [about["href"] for about in Tree(page).all("a") if "href" in about]
    for province in provinces.by_code().values():
        assert links.count(f"papi/2024/vi/{province.stem}.html") == 2
    assert links.count("papi/2024/en/20-lang-son.html") == 2


def test_a_failed_report_is_named_with_its_reason_and_not_linked(page):
    assert "papi/2024/en/01-ha-noi.html" not in page
    assert "cell [3]: &lt;b&gt;boom&lt;/b&gt;" in page
    tiles = [about for _, about in Tree(page).found if about.get("data-code") == "01"]
    assert any("failed" in about.get("class", "") for about in tiles)


def test_provinces_without_data_look_different_and_keep_their_page(page):
    tiles = Tree(page).all("a", href="papi/2024/vi/26-vinh-phuc.html")
    assert any("no-data" in about.get("class", "") for about in tiles)
    assert all("background" not in about.get("style", "") for about in tiles)


def test_every_tile_has_a_place_of_its_own(page):
    section = page.split("<section")[1]
    positions = re.findall(r"grid-area:(\d+)/(\d+)", section)
    assert len(positions) == len(set(positions)) == 63 + 2  # and the islands


@pytest.mark.parametrize("rank", range(1, 62))
def test_words_on_a_tile_can_be_read(rank):
    background = rank_colours.tile_colour(rank, 61)
    assert rank_colours.contrast(rank_colours.text_colour(background), background) >= 4.5


def test_contrast_follows_its_definition():
    assert rank_colours.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert rank_colours.contrast("#ffffff", "#767676") == rank_colours.contrast(
        "#767676", "#ffffff"
    )


def test_search_finds_names_without_diacritics_region_and_code(page):
    row = Tree(page).all("tr", **{"data-code": "66"})[0]
    assert "dak lak" in row["data-search"]
    assert "tay nguyen" in row["data-search"]
    assert "66" in row["data-search"]


def test_table_can_be_sorted_by_every_column(page, ranking):
    tree = Tree(page)
    keys = [about["data-key"] for about in tree.all("button") if "data-key" in about]
    # PAPI prints groups, not ranks: the group comes before the score, the rank after it.
    assert keys[:5] == ["name", "region", "quartile", "score", "rank"]
    rows = [about for about in tree.all("tr") if "data-rank" in about][:63]
    assert [row["data-rank"] for row in rows][-2:] == ["", ""]
    ranks = [int(row["data-rank"]) for row in rows if row["data-rank"]]
    assert ranks == sorted(ranking["rank"])
    by_name = sorted(rows, key=lambda row: int(row["data-name-vi"]))
    names = [provinces.by_code()[row["data-code"]].names["vi"] for row in by_name]
    assert names.index("Cần Thơ") < names.index("Đà Nẵng") < names.index("Điện Biên")
    assert names == sorted(names, key=ps.labels.collation_key)


def test_both_languages_stand_in_the_page(page):
    for phrase in ("Lạng Sơn", "Lang Son", "45,00", "45.00", "Đông Nam Bộ", "South East"):
        assert phrase in page
    assert "61 trong 63" in page
    assert re.search(r"61 of (the )?63", page)


def test_page_needs_nothing_from_elsewhere_and_is_light(page):
    tree = Tree(page)
    for tag, key in (("script", "src"), ("link", "href"), ("img", "src")):
        assert all(about.get(key, "data:,") == "data:," for about in tree.all(tag))
    assert "http" not in re.sub(r"https?://www\.w3\.org/\S+", "", page)
    assert len(page.encode()) < 200_000


def test_the_same_entries_in_any_order_give_the_same_bytes(ranking, tmp_path):
    entries = [entry(code, ranking) for code in provinces.by_code()]
    expected = write_site(tmp_path / "a", entries, lang="vi").read_bytes()
    assert write_site(tmp_path / "b", entries[::-1], lang="vi").read_bytes() == expected


def test_years_and_languages_stand_in_sections_newest_first(ranking, tmp_path):
    entries = [
        entry("20", ranking, year=year, lang=lang) for year in (2022, 2024) for lang in ("vi", "en")
    ]
    text = write_site(tmp_path, entries, lang="en").read_text(encoding="utf-8")
    ids = [about["id"] for about in Tree(text).all("section")]
    assert ids == ["papi-2024-en", "papi-2024-vi", "papi-2022-en", "papi-2022-vi"]
    assert '<html lang="en">' in text


def test_an_empty_folder_says_so(tmp_path):
    text = write_site(tmp_path, [], lang="en").read_text(encoding="utf-8")
    assert Tree(text).all("section") == []
    assert "Chưa có báo cáo nào" in text


def test_an_unknown_language_or_status_is_refused(ranking, tmp_path):
    with pytest.raises(errors.UnknownChoice, match="unknown language 'fr'"):
        write_site(tmp_path, [], lang="fr")
    with pytest.raises(errors.UnknownChoice, match="unknown status of a report 'lost'"):
        entry("20", ranking, status="lost")
    assert list(tmp_path.iterdir()) == []


def test_reports_of_two_indices_in_one_folder_share_a_front_page(tmp_path):
    """That of SIPAS failed: too few provinces have scores. The page is made after one of PAPI."""
    manifest = Manifest(tmp_path, states={"state": {}})
    for index in ("SIPAS", "PAPI"):
        (job,) = province_reports.jobs(["20"], index, 2024, "vi", ("html",))
        failed = index == "SIPAS"
        manifest.reports[job.stem] = {
            "status": "failed" if failed else "done",
            "message": "too few provinces" if failed else "",
            "key": "",
            "state": "state",
            "notebook": job.notebook.name,
            "parameters": dict(job.parameters),
            "title": job.title,
            "outputs": {} if failed else dict.fromkeys(job.outputs().values(), ""),
        }
    manifest.write()
    page = release.write_front_page(tmp_path, lang="vi").read_text(encoding="utf-8")
    links = [about["href"] for about in Tree(page).all("a") if "href" in about]
    assert "papi/2024/vi/20-lang-son.html" in links
    assert "too few provinces" in page
    assert "SIPAS" in page


def test_without_a_ranking_there_is_no_legend_of_ranks_and_no_column_of_dashes(tmp_path):
    none = pd.DataFrame(columns=["rank", "score"])
    about = {"index": "SIPAS", "status": "done"}
    entries = [
        entry("20", none, **about, rank_printed=62),
        entry("01", none, **about, rank_printed=11, score=86.5),
        entry("48", none, index="SIPAS"),
    ]
    page = write_site(tmp_path, entries, lang="vi").read_text(encoding="utf-8")
    tree = Tree(page)
    keys = [about["data-key"] for about in tree.all("button") if "data-key" in about]
    assert keys == ["rank", "name", "region", "score"]
    body = page.split("</style>")[1]
    for key in ("site.legend.title", "site.legend.first", "site.note.rank", "site.note.group"):
        assert ps.labels.text(key, "vi") not in body
    assert 'class="scale"' not in body
    assert ps.labels.text("partial.rank", "vi") in body
    assert "Lạng Sơn: hạng đã công bố 62" in body
    assert "Hà Nội: 86,50 điểm, hạng đã công bố 11" in body
    rows = [about["data-rank"] for about in tree.all("tr") if "data-rank" in about]
    assert rows == ["11", "62", ""]
    bare = [entry(code, none, **about) for code in ("48", "20")]
    page = write_site(tmp_path / "bare", bare, lang="vi").read_text(encoding="utf-8")
    heads = Tree(page).all("button")
    assert [about["data-key"] for about in heads if "data-key" in about] == ["name", "region"]
    assert len(Tree(page).all("th", **{"aria-sort": "ascending"})) == 1

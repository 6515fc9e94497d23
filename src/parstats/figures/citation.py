"""How figures of an index are cited: who produced them, how they were come by, which data version.

What a citation says comes from the sidecars of the published figures and the reference tables
(``producers.csv``, ``indices.csv``, ``frameworks/``). What nobody wrote down is left out: the year
in which a producer published its figures is not known, so no citation names one; the year in a
title is that of the figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from parstats import errors, storage
from parstats.drivers.compared_scores import comparable_indices
from parstats.ingest import sidecar
from parstats.ingest.sidecar import OBTAINED, Sidecar
from parstats.panel.load import load_printed, load_scores
from parstats.reference import csv_tables, definitions, frameworks, sources
from parstats.reference.editions import cached
from parstats.reference.labels import check_language, period, text
from parstats.reference.period_numbers import period_text

FORMS = ("text", "bibtex", "ris", "csl")
"""Forms of a citation: a sentence, and what reference managers read."""

PACKAGE = "parstats"
"""What to name, in place of an index, to cite the package itself."""

_BIBTEX_SIGNS = re.compile(r"([&%#_$])")


@dataclass(frozen=True)
class Citation:
    """What a citation says.

    Attributes
    ----------
    key : str; short name for reference managers, as "papi-2024"
    kind : {"dataset", "software"}
    lang : {"vi", "en"}
    title : str; with the year of the figures
    producers : tuple of str
    page : str; address, empty if none is known or its host may not be linked to
    accessed : str; ISO date on which the newest of the figures were taken over; empty if unknown
    notes : tuple of str; sentences on how the figures were come by, and what cleaned them
    """

    key: str
    kind: str
    lang: str
    title: str
    producers: tuple[str, ...]
    page: str = ""
    accessed: str = ""
    notes: tuple[str, ...] = ()

    def as_text(self) -> str:
        """Return the citation as a sentence, and the notes."""
        lead = [joined(self.producers, self.lang), self.title, self.page]
        parts = [part for part in lead if part]
        if self.accessed:
            when = text("cite.accessed", self.lang, date=_date(self.accessed, self.lang))
            parts[-1] = f"{parts[-1]} {when}"
        return " ".join([*(f"{part}." for part in parts), *self.notes])

    def as_bibtex(self) -> str:
        """Return the citation as an entry of BibTeX."""
        fields = {
            "author": " and ".join(f"{{{_bibtex(name)}}}" for name in self.producers),
            "title": f"{{{_bibtex(self.title)}}}",
            "howpublished": "Data set" if self.kind == "dataset" else "Software",
            "url": self.page,
            "urldate": self.accessed,
            "note": _bibtex(" ".join(self.notes)),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])

    def as_ris(self) -> str:
        """Return the citation in the form RIS."""
        lines = [
            ("TY", "DATA" if self.kind == "dataset" else "COMP"),
            # A comma at the end keeps a body from being read as a person's name.
            *(("AU", f"{name},") for name in self.producers),
            ("TI", self.title),
            ("UR", self.page),
            ("Y2", self.accessed.replace("-", "/")),
            ("N1", " ".join(self.notes)),
            ("LA", self.lang),
        ]
        return "\n".join([*(f"{tag}  - {value}" for tag, value in lines if value), "ER  - "])

    def as_csl(self) -> str:
        """Return the citation as CSL-JSON, a list of one item."""
        accessed = {"date-parts": [[int(part) for part in self.accessed.split("-") if part]]}
        item = {
            "id": self.key,
            "type": self.kind,
            "author": [{"literal": name} for name in self.producers],
            "title": self.title,
            "URL": self.page,
            "accessed": accessed if self.accessed else None,
            "note": " ".join(self.notes),
            "language": self.lang,
        }
        filled = {name: value for name, value in item.items() if value}
        return json.dumps([filled], ensure_ascii=False, indent=1)


def cite(index: str, year: int | None = None, *, form: str = "text", lang: str = "en") -> str:
    """Return how to cite the figures of an index: their producers, not this package.

    Parameters
    ----------
    index : str; the index, or "parstats" for the package itself
    year : int, optional; year of the figures; all years if not given
    form : {"text", "bibtex", "ris", "csl"}; a sentence, or what reference managers read
    lang : {"vi", "en"}

    Returns
    -------
    str: names the producers, the index and the year of its figures, the page, the day on which they
        were taken over, whether they are the producers' own file, compiled by others or quoted from
        the press, and the version of package and data.

    Raises
    ------
    UnknownChoice: if the index, the year, the form or the language does not exist
    NoFigures, DataNotBuilt: if there are no figures of the index; if `parstats build` has not been
        run

    Examples
    --------
    >>> print(cite("PAPI", 2024))
    CECODES, VFF-CRT, Real-Time Analytics and UNDP Viet Nam. Provincial Governance and Public
    Administration Performance Index (PAPI), 2024. https://papi.org.vn (retrieved on 2026-11-21).
    Figures compiled by others, not the producers' own file. Cleaned by parstats ..., data version
    ....
    >>> cite("PAPI", 2024, form="bibtex").splitlines()[0]
    '@misc{papi-2024,'
    """
    check_language(lang)
    if form not in FORMS:
        raise errors.UnknownChoice("form of a citation", form, FORMS)
    entry = package_citation(lang) if index == PACKAGE else citation(index, year, lang)
    return str(getattr(entry, f"as_{form}")())


def citation(index: str, year: int | None, lang: str) -> Citation:
    """Return the facts of a citation of an index; see `cite`."""
    index = frameworks.check_index(index)
    years, raw_files = _figures(index, year)
    sidecars = [sidecar.read(storage.data_folder().raw.parent / name, name) for name in raw_files]
    span = span_text(years[0], years[-1], lang)
    name = frameworks.series_name(frameworks.top(index), lang)
    return Citation(
        key="-".join(
            [frameworks.slug(index), *dict.fromkeys(map(period_text, (years[0], years[-1])))]
        ).lower(),
        kind="dataset",
        lang=lang,
        title=f"{name}, {span}" if name == index else f"{name} ({index}), {span}",
        producers=producers(index, lang),
        page=_linked(frameworks.index_info(index).page),
        accessed=max((each.date_accessed for each in sidecars), default=""),
        notes=(*_origins(index, sidecars, lang), _cleaned(index, lang)),
    )


@cached
def citations_beside(index: str, year: int, lang: str) -> str:
    """Return the citation of an index, and of those whose figures its pages set beside it.

    Parameters
    ----------
    index : str
    year : int
    lang : {"vi", "en"}

    Examples
    --------
    >>> citations_beside("PAPI", 2020, "en").count("data version")
    4
    """
    beside = comparable_indices(load_scores(None), year, index)
    named = dict.fromkeys([frameworks.check_index(index), *beside])
    return " ".join(citation(name, year, lang).as_text() for name in named)


def package_citation(lang: str) -> Citation:
    """Return the facts of a citation of the package itself."""
    return Citation(
        key=f"{PACKAGE}-{storage.version()}",
        kind="software",
        lang=lang,
        title=text("cite.package", lang, version=storage.version()),
        producers=(text("cite.authors", lang),),
    )


def producers(index: str, lang: str) -> tuple[str, ...]:
    """Return who produces an index; empty for one of one's own of which nobody said it.

    >>> producers("PAPI", "vi")
    ('CECODES', 'VFF-CRT', 'RTA', 'UNDP Việt Nam')
    """
    rows = csv_tables.rows("producers")
    if names := tuple(row[f"name_{lang}"] for row in rows if row["index"] == index):
        return names
    publisher = frameworks.index_info(index).publisher[lang]
    return () if publisher in ("", index) else (publisher,)


def source_line(table: pd.DataFrame, lang: str, index: str = "") -> str:
    """Return whose figures a result table is made from, in one line; empty if it does not say.

    Of a table about several indices those of one, if it is named.

    >>> source_line(pd.DataFrame({"index": ["PCI"], "year": [2020]}), "en")
    'Source: VCCI and USAID, PCI 2020, data ...; parstats ....'
    """
    name = frameworks.check_index(index) if index else ""
    return spans_line([span for span in index_spans(table) if name in ("", span[0])], lang)


def spans_line(spans: Sequence[tuple[str, int | None, int | None]], lang: str) -> str:
    """Return whose figures those of some indices are, with the first and the last year of each.

    >>> spans_line([("PAPI", 2011, 2024)], "en")
    'Source: CECODES, VFF-CRT, Real-Time Analytics and UNDP Viet Nam, PAPI 2011–2024, data ...'
    """
    if not spans:
        return ""
    phrases = []
    for index, first, last in spans:
        when = "" if first is None or last is None else f" {span_text(first, last, lang)}"
        phrase = ", ".join(filter(None, [joined(producers(index, lang), lang), f"{index}{when}"]))
        data = _data_version(index)
        phrases.append(text("cite.phrase", lang, phrase=phrase, data=data) if data else phrase)
    return text("cite.source", lang, phrases="; ".join(phrases), version=storage.version())


def table_source(table: pd.DataFrame, index: str = "", lang: str = "en") -> dict[str, str]:
    """Return what an exported table says of its source, by what it is: citation, versions.

    Parameters
    ----------
    table : pandas.DataFrame
    index : str; what the table is of, if it does not say so itself
    lang : {"vi", "en"}

    Examples
    --------
    >>> list(table_source(pd.DataFrame({"index": ["PAPI"], "year": [2024]})))
    ['citation', 'index', 'data_version', 'made_with']
    """
    spans = index_spans(table.assign(index=index) if index else table)
    names = [name for name, *_ in spans]
    versions = {name: _data_version(name) for name in names}
    about = {
        "citation": "\n".join(_citation_text(*span, lang) for span in spans),
        "index": ", ".join(names),
        "data_version": ", ".join(f"{name} {data}" for name, data in versions.items() if data),
        "made_with": f"{PACKAGE} {storage.version()}",
    }
    return {key: value for key, value in about.items() if value}


def _citation_text(index: str, first: int | None, last: int | None, lang: str) -> str:
    try:
        return citation(index, first if first == last else None, lang).as_text()
    except (errors.NoFigures, errors.UnknownChoice, errors.DataNotBuilt):
        return spans_line([(index, first, last)], lang)


def index_spans(table: pd.DataFrame) -> list[tuple[str, int | None, int | None]]:
    """Return the indices of a result table with the first and the last year of each.

    They are told by its columns ``index`` (of pairs ``index_1`` and ``index_2``) and ``year``, else
    by its ``attrs`` (`parstats.arguments.keeps_index`), else by the series that it names.
    """
    year = table.attrs.get("year")
    years = (
        table["year"] if "year" in table else pd.Series(year, index=table.index, dtype="float64")
    )
    if "index" in table:
        by_row = [table["index"]]
    elif {"index_1", "index_2"} <= set(table):
        by_row = [table["index_1"], table["index_2"]]
    elif "indices" in table.attrs:
        by_row = [pd.Series(name, index=table.index) for name in table.attrs["indices"]]
    elif "series" in table:
        by_row = [table["series"].map(_index_by_series())]
    else:
        return []
    named = pd.DataFrame({"index": pd.concat(by_row), "year": pd.concat([years] * len(by_row))})
    return [
        (str(index), *_ends(rows["year"]))
        for index, rows in named.dropna(subset=["index"]).groupby("index", sort=False)
        if index in frameworks.indices() or definitions.definition_in_force(str(index)) is not None
    ]


def _ends(years: pd.Series) -> tuple[int | None, int | None]:
    numbers = pd.to_numeric(years, errors="coerce").dropna()
    return (None, None) if numbers.empty else (int(numbers.min()), int(numbers.max()))


@cached
def _index_by_series() -> dict[str, str]:
    table = frameworks.series()
    return dict(zip(table["series"], table["index"], strict=True))


def span_text(first: int, last: int, lang: str) -> str:
    """Return the years of figures as a text.

    >>> span_text(2024, 2024, "en"), span_text(2011, 2024, "vi")
    ('2024', '2011–2024')
    """
    return "–".join(dict.fromkeys(period(year, lang) for year in (first, last)))


def joined(names: Sequence[str], lang: str) -> str:
    """Return names as an enumeration.

    >>> joined(["VCCI", "USAID"], "vi"), joined(["A", "B", "C"], "en"), joined([], "en")
    ('VCCI và USAID', 'A, B and C', '')
    """
    *first, last = names or ("",)
    return f"{', '.join(first)} {text('cite.and', lang)} {last}" if first else last


def _figures(index: str, year: int | None) -> tuple[list[int], list[str]]:
    """Return the years of an index and the raw files of its figures, of one year or of all.

    Figures that no score was taken from, as printed ranks, count where there are no others.
    """
    printed = load_printed()
    printed = printed[printed["index"] == index].rename(columns={"file": "raw"})
    try:
        scores = load_scores(index).assign(raw=lambda table: table["source"])
    except errors.NoFigures:
        if printed.empty:
            raise
        scores = printed
    if year is not None:
        in_year = scores[scores["year"] == year]
        if in_year.empty:
            in_year = printed[printed["year"] == year]
        if in_year.empty:
            load_scores(index, years=year)  # says which years there are, and what to do
        scores = in_year
    files = sorted(name for name in scores["raw"].unique() if name.startswith("raw/"))
    return sorted(int(each) for each in scores["year"].unique()), files


def _origins(index: str, sidecars: Sequence[Sidecar], lang: str) -> list[str]:
    """Say how the figures were obtained, the best source first."""
    kinds = {each.obtained for each in sidecars}
    # Of an index of one's own what was compiled is the user's table, nobody else's.
    is_user_index = frameworks.index_info(index).unit_level == "unit"
    keys = [
        "own" if is_user_index and kind == "compiled" else kind
        for kind in OBTAINED
        if kind in kinds
    ]
    return [text(f"cite.{key}", lang) for key in keys]


def _cleaned(index: str, lang: str) -> str:
    return text(
        "cite.cleaned",
        lang,
        version=storage.version(),
        data=storage.data_version(frameworks.slug(index)),
    )


def _data_version(index: str) -> str:
    """Return the version of an index's data; empty for one that is defined in this process only."""
    if definitions.definition_in_force(index) is not None and index not in frameworks.indices():
        return ""
    return storage.data_version(frameworks.slug(index))


def _linked(page: str) -> str:
    return page if page and sources.page(page).is_linked else ""


def _date(date: str, lang: str) -> str:
    return "/".join(reversed(date.split("-"))) if lang == "vi" else date


def _bibtex(words: str) -> str:
    r"""Return words as BibTeX takes them.

    >>> _bibtex("R&D {2024} 5 %")
    'R\\&D (2024) 5 \\%'
    """
    plain = words.replace("{", "(").replace("}", ")").replace("\\", "/")
    return _BIBTEX_SIGNS.sub(r"\\\1", plain)

"""Links from a plan's criteria to the series of its index, by meaning, never by number.

First the headings above a measure are read from the outside in: each may name a part, a dimension
or a criterion below the one before. That gives the dimension the plan *states*. Then the criterion
as written is compared with the series of that dimension; where none is named, with what the
measure itself says, and the dimension is *inferred*. What is not sure enough is left empty, with
the best candidates for a person to choose from.

`confidence` is the probability that a link of such likeness and lead over the next best series is
right, by a logistic regression on names of the frameworks that were disturbed on purpose (words
left out, slips, other words around them, the right series taken away); `make calibrate-links` fits
it anew, into ``reference/link_confidence.csv``. Both weights are positive: more alike is surer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from parstats import errors, schema
from parstats.plans import spelling
from parstats.plans.link.criterion_choice import OVERALL, TRUSTED, Choice, Chooser, Question
from parstats.plans.link.criterion_names import Tree, framework_year, key_tokens, tree
from parstats.plans.parse.sections import indices_alone
from parstats.reference import frameworks, provinces
from parstats.reference.editions import cached

if TYPE_CHECKING:
    import pandas as pd

    from parstats.plans.records import Record


COLUMNS = (
    "record",
    "index",
    "framework",
    "series",
    "level",
    "confidence",
    "basis",
    "dimension",
    "dimension_basis",
    "candidates",
    "review",
)

#: Basis of a record of an index that has no framework here.
NO_FRAMEWORK = "no framework"
# Words of a measure that are compared with criteria where none is named. By judgement: names have
# up to about 30 words; later ones dilute the likeness.
_BEGINNING = 30


@cached
def _department_indices() -> dict[str, str]:
    """Return the index of each province's departments, by the code of the province."""
    index_by_department = {}
    for index in map(frameworks.index_info, frameworks.INDICES):
        if index.unit_level == "department":
            for code, province in provinces.by_code().items():
                if index.slug.endswith("-" + province.stem.split("-", 1)[1]):
                    index_by_department[code] = index.name
    return index_by_department


def index_served(index: str, *, unit_level: str = "province", province: str = "") -> str:
    """Return the index whose framework applies to a section; "" if there is none.

    A department's plan about its own score is read by the framework of the index its province runs
    of departments, never by the ministry's PAR INDEX: fields of the same name are not the same. Of
    the index of its districts and communes no framework is known, nor of their own SIPAS. What a
    district does for PAPI is read by the framework of PAPI. `index` is the one that the section
    names; `unit_level` ("province", "department", "district", "commune"; else UnknownChoice) says
    whose score the plan is about.

    >>> index_served("PAR INDEX"), index_served("PAR INDEX", unit_level="department", province="56")
    ('PAR INDEX', 'PAR KHANH HOA')
    >>> index_served("PAR INDEX", unit_level="department", province="20")
    ''
    """
    if unit_level not in schema.PLAN_UNIT_LEVELS:
        raise errors.UnknownChoice("level of unit", unit_level, schema.PLAN_UNIT_LEVELS)
    try:
        about = frameworks.index_info(index)
    except errors.UnknownChoice:
        return ""
    if unit_level == "department" and about.unit_level == "province":
        return _department_indices().get(province, "") if about.slug == "par" else ""
    if unit_level in ("district", "commune") and about.slug in ("par", "sipas"):
        return ""
    return about.name


def link(
    records: Sequence[Record],
    *,
    index: str | Sequence[str] = "",
    year: int | None = None,
    unit_level: str = "province",
    province: str = "",
) -> pd.DataFrame:
    """Link the records of a plan to the series of its index.

    The records are of one plan; its index, or indices, are for sections that name none. The
    framework is that of its year, or the nearest one; the newest if no year is given. `unit_level`
    ("province", "department", "district") says whose score it is about; a department needs the
    two-digit code of its province. Raises UnknownChoice if `unit_level` or `index` is unknown.

    One row per record:

    - record: its position;
    - index, framework: what it was read by, "" if there is none;
    - series, level: "" if no link is sure enough; the index itself where a heading means the
      whole, several parted by ";" where it serves several indices;
    - confidence: from 0 to 1, 0 without a link;
    - basis: what matched, "criterion", "heading", "measure" or "whole index"; `NO_FRAMEWORK` or
      "no index named" where there was nothing to link to;
    - dimension, dimension_basis: "stated" by a heading, or "inferred" from the criterion or
      the measure;
    - candidates: the likeliest series with their confidence, as "papi.transparency 0.41;
      papi.accountability 0.22";
    - review: whether a person should look at it.

    >>> from parstats.documents.document import Span
    >>> from parstats.plans.records import Record, Section
    >>> section = Section(headings=("Nội dung “Công khai, minh bạch”",), index="PAPI")
    >>> blank = dict.fromkeys(
    ...     ["target", "measure", "lead_unit", "support_unit", "deadline", "product", "text"], ""
    ... )
    >>> record = Record(
    ...     section, "4", "1.1", "Danh sách hộ nghèo", surveyed=False, inherited=frozenset(),
    ...     span=Span(1, 2), **blank,
    ... )
    >>> found = link([record], year=2024)
    >>> found[["series", "dimension_basis", "review"]].values.tolist()
    [['papi.transparency.poverty_lists', 'stated', False]]
    """
    import pandas as pd

    question = (index,) if isinstance(index, str) else tuple(index)
    default = tuple(frameworks.check_index(item) for item in question if item)
    groups: dict[tuple[str, ...], list[int]] = {}
    for position, record in enumerate(records):
        stated = indices_alone(record.criterion)  # a cell for the indices of its row
        asked = tuple(item for item in default if item in stated) or default
        named = (record.section.index,) if record.section.index else asked
        groups.setdefault(named, []).append(position)
    rows: dict[int, tuple[object, ...]] = {}
    for named, positions in groups.items():
        served = [index_served(item, unit_level=unit_level, province=province) for item in named]
        indices = tuple(dict.fromkeys(filter(None, served)))
        if not indices:
            basis = NO_FRAMEWORK if named else "no index named"
            rows |= {position: _no_link(position, basis) for position in positions}
            continue
        grown = tree(indices, year)
        choice = _choices(grown, [records[position] for position in positions])
        for position, item in zip(positions, choice, strict=True):
            rows[position] = _row(position, grown, item)
    table = pd.DataFrame([rows[position] for position in range(len(records))], columns=COLUMNS)
    types = {"record": "int64", "confidence": "float64", "review": "bool"}
    return table.astype({column: types.get(column, "str") for column in COLUMNS})


def _no_link(position: int, basis: str) -> tuple[object, ...]:
    return (position, "", "", "", "", 0.0, basis, "", "", "", True)


def _row(position: int, grown: Tree, choice: Choice) -> tuple[object, ...]:
    series = level = dimension = ""
    index = grown.indices[0] if len(grown.indices) == 1 else ""
    if choice.basis == OVERALL and not index:
        series, level = ";".join(sorted(map(frameworks.top, grown.indices))), "index"
    elif choice.position >= 0:
        series, level = grown.series[choice.position], grown.levels[choice.position]
        index = index or _index_by_series()[series]
    if choice.dimension >= 0:
        dimension = grown.series[choice.dimension]
    stated = ("stated" if choice.stated else "inferred") if dimension else ""
    candidates = "; ".join(f"{grown.series[node]} {sure:.2f}" for node, sure in choice.candidates)
    return (
        position,
        index,
        _framework(index, grown.year) if index else "",
        series,
        level,
        round(choice.confidence, 4) if series else 0.0,
        choice.basis,
        dimension,
        stated,
        candidates,
        not series or choice.confidence < TRUSTED,
    )


@cached
def _index_by_series() -> dict[str, str]:
    return dict(frameworks.series().set_index("series")["index"])


@cached
def _framework(index: str, year: int | None) -> str:
    return frameworks.framework_in_year(index, framework_year(index, year)) or ""


def _questions(records: Sequence[Record]) -> list[Question]:
    return [
        Question(
            headings=tuple(key_tokens(heading) for heading in record.section.headings),
            criterion=key_tokens(record.criterion) if record.criterion else (),
            measure=spelling.plain_tokens(
                " . ".join((record.target, record.measure, record.product))
            ),
            short_measure=key_tokens(record.measure)[:_BEGINNING] if record.measure else (),
            surveyed=record.surveyed,
            inherited="criterion" in record.inherited,
        )
        for record in records
    ]


def _choices(grown: Tree, records: Sequence[Record]) -> list[Choice]:
    """Choose the series of each record in one tree; equal questions are answered once."""
    questions = _questions(records)
    unique_questions = dict.fromkeys(questions)
    texts = (
        tokens
        for question in unique_questions
        for tokens in (*question.headings, question.criterion, question.short_measure)
    )
    chooser = Chooser(grown, texts, (question.measure for question in unique_questions))
    answers = {question: chooser.choose(question) for question in unique_questions}
    return [answers[question] for question in questions]

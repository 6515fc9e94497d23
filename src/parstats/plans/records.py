"""Records of a plan document before linking and classifying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parstats.documents.document import Span
from parstats.reference.labels import text

#: Kinds of a plan's or a section's list: what the heading says the measures are for.
LIST_TYPES = ("remediate", "maintain", "general")


@dataclass(frozen=True, slots=True)
class Section:
    """The section of a record.

    `headings` runs from the outermost to the innermost heading above the record, as written (one
    line each, NFC). `index` is the index the section names ("PAPI", "SIPAS", "PAR INDEX", ...), ""
    when it serves several or names none. `list_type` is one of `LIST_TYPES`.
    """

    appendix: str = ""
    headings: tuple[str, ...] = ()
    index: str = ""
    list_type: str = "general"


@dataclass(frozen=True, slots=True)
class Record:
    """One measure as the plan writes it: a criterion, what is done for it, by whom, until when.

    Texts are as written after joining broken lines, with inherited values filled in; `inherited`
    names the fields that came from the record above (merged cells). `text` is the whole source
    text. A measure cell with several bullets gives several records with the same span.
    """

    section: Section
    number: str
    code: str
    criterion: str
    target: str
    measure: str
    lead_unit: str
    support_unit: str
    deadline: str
    product: str
    surveyed: bool
    inherited: frozenset[str]
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure the plan reports about the past: a result, its threshold, a change.

    `kind` is "result", "threshold" or "change" ("target" among a plan's goals); `met` says whether
    the threshold was met (None when the text does not tell). `rank` and `ranked` hold a printed
    "17/21".
    """

    item: str
    kind: str
    operator: str
    value: float | None
    unit: str
    year: int | None
    rank: int | None
    ranked: int | None
    grade: str
    met: bool | None
    span: Span


@dataclass(frozen=True, slots=True)
class Note:
    """A note for review: a key of the labels ``review.note.*`` and its fields.

    Province, year and indices that the text does not tell are seen in the plan itself.

    >>> Note("pictures", {"pages": "2, 3"}).as_text("en")[:40]
    'not read, being pictures without text: p'
    """

    key: str
    fields: Mapping[str, str] = field(hash=False)

    def as_text(self, lang: str) -> str:
        """Return the note in a language."""
        return text(f"review.note.{self.key}", lang, **self.fields)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan document: what identifies it, its records and its figures about the past.

    `province` is the two-digit code, "" when unknown. `date` is ISO ("2024-06-13") or year and
    month ("2024-06") when the day is blank; `blank_number` and `blank_date` say that the original
    leaves the number or (part of) the date blank. `figures` are about the past, `goals` are the
    targets of a section on goals, of kind "target" and of the plan's year. `notes` lists what a
    person should look at.
    """

    name: str
    province: str = ""
    agency: str = ""
    number: str = ""
    date: str = ""
    blank_number: bool = False
    blank_date: bool = False
    title: str = ""
    plan_year: int | None = None
    baseline_year: int | None = None
    indices: tuple[str, ...] = ()
    unit_level: str = "province"
    list_type: str = "general"
    is_plan: bool = True
    records: tuple[Record, ...] = ()
    figures: tuple[Figure, ...] = ()
    goals: tuple[Figure, ...] = ()
    notes: tuple[Note, ...] = field(default=())

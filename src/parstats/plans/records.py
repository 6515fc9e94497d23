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
    `lead_as_written` and `support_as_written` are cells of a table word for word, None where the
    words are those of `lead_unit` and `support_unit`. Where one cell says both ("Chủ trì: ...;
    phối hợp: ..."), it is the whole of `lead_as_written`, and `support_as_written` is "".
    `target_parts` are the cells of columns of targets that name a year, each with its year.
    `assumed` are the inherited fields whose cell is empty and not merged with the one above.
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
    lead_as_written: str | None = None
    support_as_written: str | None = None
    target_parts: tuple[tuple[int | None, str], ...] = ()
    # What a form tells of its cells, not what the plan says.
    assumed: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure the plan reports about the past: a result, its threshold, a change.

    `kind` is "result", "threshold" or "change" ("target" among a plan's goals); `met` says whether
    the threshold was met (None when the text does not tell). `rank` and `ranked` hold a printed
    "17/21". `text` is the sentence, or the header and the cell, that it stands in.
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
    text: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """What a plan says fell short: of which criterion, by how much, and why.

    Texts are as written. `threshold` is what `achieved` is measured against: the most points, or
    what was asked for. `text` is the sentence, or the cell of a column of shortcomings; "" where a
    row has figures only. `records` are the positions, in `Plan.records`, of the measures in the
    same row, so that they answer it; others are linked by the series of the criterion. With
    `shared_cause` the cause is that of a whole list; `is_unsure` says that of several figures it is
    not clear which are meant, so that none is taken.
    """

    section: Section
    code: str
    criterion: str
    achieved: str
    threshold: str
    cause: str
    span: Span
    text: str
    records: tuple[int, ...] = ()
    shared_cause: bool = False
    is_unsure: bool = False


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
    targets of a section on goals, of kind "target" and of the plan's year; `shortcomings` are what
    sections and columns on them list. `notes` lists what a person should look at. `path`, `sha256`
    and `n_pages` (None where the form has no pages) are of the file it was read from.
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
    until_year: int | None = None
    baseline_year: int | None = None
    indices: tuple[str, ...] = ()
    unit_level: str = "province"
    list_type: str = "general"
    is_plan: bool = True
    records: tuple[Record, ...] = ()
    figures: tuple[Figure, ...] = ()
    goals: tuple[Figure, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()
    notes: tuple[Note, ...] = field(default=())
    # Of the file, not of the plan: the same plan in two forms is equal.
    path: str = field(default="", compare=False)
    sha256: str = field(default="", compare=False)
    n_pages: int | None = field(default=None, compare=False)

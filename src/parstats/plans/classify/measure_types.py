"""The types of measure and their groups: labels, definitions, cue words.

They are in ``reference/measure_types.csv`` and ``measure_groups.csv``; `cues_in` finds the cue
words in a text. Those of "cue_words" were fixed before any model was fitted or scored, and the
scores that `make evaluate-plans` holds against its goals use them alone. "further_cues" are common
words of laws and plans, and everyday words of deeds ("loa thôn", "xe cứu thương"), that were added
afterwards, so that plans of other offices, communes and villages are read better.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from parstats import errors
from parstats.plans import spelling
from parstats.reference import csv_tables
from parstats.reference.editions import cached

if TYPE_CHECKING:
    import pandas as pd


TYPES = tuple(row["measure_type"] for row in csv_tables.rows("measure_types"))
GROUPS = tuple(row["coarse_group"] for row in csv_tables.rows("measure_groups"))


class Cue(NamedTuple):
    """A cue word of a type found in a text, and the place of its first word."""

    phrase: str
    measure_type: str
    position: int


@cache
def measure_types() -> pd.DataFrame:
    """Return all types of measure.

    One row per type: measure_type, coarse_group, label_vi, label_en, definition_vi, definition_en,
    cue_words and further_cues (parted by semicolons; a slash parts words that may stand for each
    other), and the labels of the group, group_vi and group_en. Do not change it in place.

    >>> measure_types().set_index("measure_type").loc["EPAY", ["coarse_group", "label_en"]].tolist()
    ['digital', 'Online payment']
    """
    import pandas as pd

    types = pd.DataFrame(csv_tables.rows("measure_types"))
    groups = pd.DataFrame(csv_tables.rows("measure_groups"))
    names = {"label_vi": "group_vi", "label_en": "group_en"}
    return types.merge(groups.rename(columns=names), on="coarse_group", validate="many_to_one")


@cache
def _group_by_type() -> dict[str, str]:
    return {row["measure_type"]: row["coarse_group"] for row in csv_tables.rows("measure_types")}


def type_group(measure_type: str) -> str:
    """Return the coarse group of a type.

    Raises UnknownChoice if there is no such type.

    >>> type_group("APOLOGY")
    'service_delivery'
    """
    groups = _group_by_type()
    if measure_type not in groups:
        raise errors.UnknownChoice("type of measure", measure_type, TYPES)
    return groups[measure_type]


def type_groups(types: Sequence[str]) -> tuple[str, ...]:
    """Return the groups of several types, each once, in the order of the types.

    >>> type_groups(["EPAY", "ONLINE", "COMM"])
    ('digital', 'information')
    """
    return tuple(dict.fromkeys(type_group(type_name) for type_name in types))


@cached
def _cues_by_first_token(further: bool) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    phrases_by_token: dict[str, dict[tuple[tuple[str, ...], str], None]] = {}
    for row in csv_tables.rows("measure_types"):
        phrases = row["cue_words"].split(";") + (row["further_cues"].split(";") if further else [])
        for phrase in filter(str.strip, phrases):
            for form in spelling.alternatives(phrase):
                phrases_by_token.setdefault(form[0], {})[form, row["measure_type"]] = None
    return {first: list(cues) for first, cues in phrases_by_token.items()}


def cues_in(tokens: tuple[str, ...], *, further: bool = True) -> list[Cue]:
    """Return the cue words among the words of a text.

    Of cues that share a word the longest counts: "môi trường mạng" speaks of networks, not of the
    environment. `tokens` are of `parstats.plans.spelling.tokenize`; `further` says whether the cue
    words that were added later count.

    >>> from parstats.plans.spelling import tokenize
    >>> [cue.measure_type for cue in cues_in(tokenize("Công khai phí trên môi trường mạng"))]
    ['DISCLOSE', 'DIGITAL']
    """
    cues = _cues_by_first_token(further)
    hits = [
        (-len(cue), position, cue, measure_type)
        for position, token in enumerate(tokens)
        for cue, measure_type in cues.get(token, ())
        if tokens[position : position + len(cue)] == cue
    ]
    used: dict[int, tuple[str, ...]] = {}
    selected = []
    for _, position, cue, measure_type in sorted(hits):
        positions = range(position, position + len(cue))
        if all(used.get(each, cue) == cue for each in positions):
            used.update(dict.fromkeys(positions, cue))
            selected.append(Cue(" ".join(cue), measure_type, position))
    return sorted(selected, key=lambda cue: cue.position)

"""The definition that a table of an index of one's own carries, and taking it up.

It is a text in the ``attrs`` of the table, which slices, copies, pickles and parquet files keep. A
table that lost it (as CSV) is used if its index is still defined in the process, alike.
"""

from __future__ import annotations

import pandas as pd

from parstats import errors
from parstats.reference import definitions, frameworks
from parstats.reference.definitions import Definition

_KEY = "parstats.definition"


def attach(scores: pd.DataFrame, definition: Definition) -> pd.DataFrame:
    """Put a definition into the attributes of a table, and in force.

    >>> attach(pd.DataFrame(), Definition({"index": "A", "slug": "a"}, (), ())).attrs.keys()
    dict_keys(['parstats.definition'])
    >>> definitions.forget("A")
    """
    frameworks.define(definition)
    scores.attrs[_KEY] = definition.to_text()
    return scores


def take_up(scores: pd.DataFrame, index: str) -> str:
    """Put the definition of a table in force; return the name of its index.

    Raises InvalidRequest if the index is neither known nor defined by the table, or if the table
    was made by another definition of the same name, so that its scores are on another scale.

    >>> take_up(pd.DataFrame(), "PAPI")
    'PAPI'
    """
    text = scores.attrs.get(_KEY)
    if text is not None and definitions.definition_text(index) != text:
        carried = definitions.from_text(text)
        if carried.index == index:
            frameworks.define(carried)
    definition = definitions.definition_in_force(index)
    if definition is None:
        return _require_registered(index)
    if "framework" not in scores:
        return index
    strange = set(scores["framework"].unique()) - definition.frameworks
    if strange and text is None and index in frameworks.indices():
        frameworks.undefine(index)  # the table is of the index of that name in the data folder
        return index
    if strange:
        raise errors.InvalidRequest(
            f"the table of {index} has scores of {', '.join(sorted(map(str, strange)))}: another "
            "definition of that name (other weights, groups, values or units) than the one in "
            f"force, {', '.join(sorted(definition.frameworks))}; make one table of all with "
            "parstats.index_from, or give each definition a name"
        )
    return index


def _require_registered(index: str) -> str:
    try:
        frameworks.index_info(index)
    except errors.UnknownChoice as error:
        raise errors.InvalidRequest(
            f"the table is of {index!r}, which this process knows nothing of ({error}); make it "
            "again with parstats.index_from (a pickle or parquet file of its table keeps the "
            "definition, CSV does not), or keep the index for good with `parstats framework new`"
        ) from error
    return index

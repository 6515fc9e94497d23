"""The language of texts about one index: its own terms, and its units."""

from __future__ import annotations

from collections.abc import Iterable

from parstats.reference import frameworks
from parstats.reference.labels import IndexLanguage, check_language


def index_language(lang: str, index: str, level: str | None = None) -> str:
    """Return a language whose texts use the terms of an index, and speak of its units.

    Parameters
    ----------
    lang : {"vi", "en"}
    index : str
    level : str, optional
        What ``{item}`` is called after: by default the level whose scores make up the overall one,
        the sub-dimensions of PAPI, the fields of the PAR INDEX.

    Examples
    --------
    >>> from parstats.reference.labels import text
    >>> [
    ...     text("section.profile.title", index_language("en", index, "dimension"))
    ...     for index in ("PAPI", "PAR INDEX", "PCI")
    ... ]
    ['Profile by dimension', 'Profile by field', 'Profile by sub-index']
    """
    check_language(lang)
    info = frameworks.index_info(index)
    words = frameworks.terms(info.name, str(lang))
    of_units = info.unit_level == "unit"
    lowest = "criterion" if of_units or info.total == "sum" else "dimension"
    dimension = words.get("dimension") or words.get("criterion", "")
    criterion = words.get("criterion") or dimension
    item = words.get(level or lowest) or criterion
    terms = {"item": item, "dimension": dimension, "criterion": criterion}
    return IndexLanguage(lang, {key: word for key, word in terms.items() if word}, of_units)


def series_language(lang: str, series: Iterable[str]) -> str:
    """Return the language of texts about series of one index and level; `lang` if there are none.

    Examples
    --------
    >>> from parstats.reference.labels import text
    >>> text("section.profile.title", series_language("vi", ["par.steering"]))
    'Hồ sơ theo lĩnh vực'
    """
    names = [name for name in series if name and not frameworks.is_rest(name)]
    if not names:
        return lang
    return index_language(lang, frameworks.index_of(names[0]), frameworks.series_level(names[0]))

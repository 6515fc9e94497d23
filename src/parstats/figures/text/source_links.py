"""Sources of figures in words and links."""

from __future__ import annotations

import re
from urllib.parse import quote

from parstats.reference import sources
from parstats.reference.labels import text
from parstats.reference.sources import Page

# Links that a sentence gives before it counts the rest. By judgement.
_MOST = 3
_MARKUP = re.compile(r"([\\`*_\[\]<>|])")


def basis(kind: str, lang: str) -> str:
    """Say how a figure was derived; empty if it was printed as such.

    `kind` is one of `parstats.schema.models.BASES`.

    >>> basis("derived", "en"), basis("printed", "en")
    ('derived from a published change', '')
    """
    return "" if kind in ("", "printed") else text(f"basis.{kind}", lang)


def linked(source: str, lang: str) -> str:
    """Return pages as links with title, publisher and date, as far as these are known.

    Addresses are parted by spaces; words that are no address are kept if there is none. Only hosts
    of ``reference/source_hosts.csv`` are linked to. A copy of a page of others is left out where a
    better page is there, else the original is named without a link.

    >>> linked("https://langson.gov.vn/a", "en")
    '[Lang Son province](<https://langson.gov.vn/a>) (official)'
    >>> linked("http://ufabetindo.in/a", "en")
    'quoted from a copy of Vietnam News Agency'
    >>> linked("raw/sipas/official.csv", "en")
    '`raw/sipas/official.csv`'
    """
    addresses = [part for part in source.split() if part.startswith(("http://", "https://"))]
    if not addresses:
        return f"`{source}`" if source else ""
    pages = [sources.page(address.rstrip(";,")) for address in addresses]
    by_site = {page.site: page for page in reversed(_best(pages))}
    phrases = list(dict.fromkeys(_phrase(page, lang) for page in reversed(by_site.values())))
    more = len(phrases) - _MOST
    count = f" {text('partial.more_sources', lang, n=more)}" if more > 0 else ""
    return "; ".join(phrases[:_MOST]) + count


def _best(pages: list[Page]) -> list[Page]:
    """Return the pages to show: linked ones, else copies that name the original, else all."""
    named = [page for page in pages if page.kind == "copy" and page.publisher["en"]]
    return [page for page in pages if page.is_linked] or named or pages


def _phrase(page: Page, lang: str) -> str:
    publisher, date = _escaped(page.publisher[lang]), _date(page.date, lang)
    title = _escaped(page.title)
    if page.kind == "copy":
        original = ", ".join(filter(None, [f"“{title}”" if title else "", publisher, date]))
        if not original:
            return text("partial.copy_unnamed", lang)
        return text("partial.copy", lang, original=original)
    if not page.is_linked:
        return f"`{page.site}`" if page.site else text("partial.unnamed_page", lang)
    official = text("partial.official", lang) if page.kind == "official" else ""
    about = ", ".join(filter(None, [publisher if title else "", date, official]))
    link = f"[{title or publisher}](<{_address(page.address)}>)"
    return f"{link} ({about})" if about else link


def _address(address: str) -> str:
    """Return an address with what would end the link written otherwise."""
    return re.sub(r"[<>\s\\]", lambda match: quote(match[0]), address)


def _escaped(name: str) -> str:
    """Return a name with the signs of markup taken as what they are."""
    return _MARKUP.sub(r"\\\1", name)


def _date(date: str, lang: str) -> str:
    """Return an ISO date or month as it is written in the language."""
    return "/".join(reversed(date.split("-"))) if lang == "vi" else date

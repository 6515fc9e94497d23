"""Sources of figures in words and links."""

from __future__ import annotations

from urllib.parse import urlsplit

from parstats.reference.labels import text

# Registered to offices of the Vietnamese state only.
_OFFICIAL = ".gov.vn"
# Links that a sentence gives before it counts the rest. By judgement.
_MOST = 3


def basis(kind: str, lang: str) -> str:
    """Say how a figure was derived; empty if it was printed as such.

    `kind` is one of `parstats.schema.models.BASES`.

    >>> basis("derived", "en"), basis("printed", "en")
    ('derived from a printed change', '')
    """
    return "" if kind in ("", "printed") else text(f"basis.{kind}", lang)


def linked(source: str, lang: str) -> str:
    """Return addresses as links named by site, marked as an office's page or another.

    Addresses are parted by spaces; words that are no address are kept if there is none.

    >>> linked("https://langson.gov.vn/a", "en")
    '[langson.gov.vn](<https://langson.gov.vn/a>) (official)'
    >>> linked("raw/sipas/official.csv", "en")
    '`raw/sipas/official.csv`'
    """
    pages = [part for part in source.split() if part.startswith(("http://", "https://"))]
    pages = list({urlsplit(page).hostname or page: page for page in reversed(pages)}.values())[::-1]
    if not pages:
        return f"`{source}`" if source else ""
    links = ", ".join(_link(page, lang) for page in pages[:_MOST])
    more = len(pages) - _MOST
    return links + (f" {text('partial.more_sources', lang, n=more)}" if more > 0 else "")


def _link(page: str, lang: str) -> str:
    host = (urlsplit(page).hostname or page).removeprefix("www.")
    official = f".{host}".endswith(_OFFICIAL)
    kind = text("partial.official" if official else "partial.press", lang)
    address = page.rstrip(";,").replace("<", "%3C").replace(">", "%3E")
    return f"[{host}](<{address}>) ({kind})"

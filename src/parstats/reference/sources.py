"""Pages that figures were found on: their title and date, who published them, which may be linked.

Two tables tell it: ``source_hosts.csv``, the hosts with who runs them and why they are (or are not)
linked to, and ``source_pages.csv``, titles and dates of single pages. A host covers the hosts below
it: langson.gov.vn also hanhchinhcong.langson.gov.vn.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from parstats.reference import csv_tables
from parstats.reference.editions import cached
from parstats.reference.labels import LANGUAGES

#: Kinds of hosts: state and Party offices and publishers of an index; newspapers, agencies and
#: broadcasters; collections that name the original; hosts that carry pages of others.
KINDS = ("official", "press", "collection", "copy")


@dataclass(frozen=True)
class Page:
    """A page that figures were found on.

    Attributes
    ----------
    address : str
    site : str; host it is listed under, or the host of the address if none is
    kind : str; one of `KINDS`, empty if the host is not listed
    title : str; empty if unknown
    date : str; ISO date or month, empty if unknown
    publisher : dict; name by language of who published it, of a copy who published the original;
        empty texts if unknown
    """

    address: str
    site: str
    kind: str
    title: str
    date: str
    publisher: dict[str, str]

    @property
    def is_linked(self) -> bool:
        """Whether pages may link to it: its host is listed, and not as one with copies."""
        return self.kind not in ("", "copy")


@cached
def _hosts() -> dict[str, dict[str, str]]:
    return {row["host"]: row for row in csv_tables.rows("source_hosts")}


@cached
def _pages() -> dict[str, dict[str, str]]:
    return {row["address"]: row for row in csv_tables.rows("source_pages")}


def listed_host(address: str) -> str | None:
    """Return the host of ``source_hosts.csv`` that an address is under; None if none is.

    >>> listed_host("https://hanhchinhcong.langson.gov.vn/a"), listed_host("https://notgov.vn/a")
    ('langson.gov.vn', None)
    """
    names = _host(address).split(".")
    above = (".".join(names[position:]) for position in range(len(names)))
    return next((host for host in above if host in _hosts()), None)


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:  # a bracket that is not closed
        return ""


def page(address: str) -> Page:
    """Return what is known of the page with an address.

    >>> page("http://ufabetindo.in/a").is_linked, page("https://papi.org.vn/a").publisher["en"]
    (False, 'PAPI')
    """
    site = listed_host(address)
    host_row = _hosts().get(site or "", {})
    page_row = _pages().get(address, {})
    return Page(
        address=address,
        site=site or _host(address),
        kind=host_row.get("kind", ""),
        title=page_row.get("title", ""),
        date=page_row.get("date", ""),
        publisher={
            lang: page_row.get(f"publisher_{lang}", "") or host_row.get(f"publisher_{lang}", "")
            for lang in LANGUAGES
        },
    )

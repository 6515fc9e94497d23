"""Title, language and links of a report."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """Title and language of a report, and the way back from its page.

    Attributes
    ----------
    title : str; title of the page, and of the document in its properties
    lang : {"vi", "en"}; language of the text
    links : tuple of (str, str)
        Words and addresses of links above the page: the first leads back. Addresses are relative
        to the folder of the reports, `root` as seen from the page.
    root, page : str
        The way to the folder of the reports, as "../../../", and the page in it without ending.
    source : str
        How to cite the figures, with their version; stands at the end of every form.
    """

    title: str
    lang: str
    links: tuple[tuple[str, str], ...] = ()
    root: str = ""
    page: str = ""
    source: str = ""

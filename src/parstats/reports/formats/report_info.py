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
    home, home_href : str
        Words and address of the link to the front page; no link if `home` is empty.
    source : str
        How to cite the figures, with their version; stands at the end of every form.
    """

    title: str
    lang: str
    home: str = ""
    home_href: str = ""
    source: str = ""

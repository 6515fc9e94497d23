"""Cards and warnings at the head of a page, which keep what they say beside their HTML."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

from parstats.figures.number_format import NumberFormat, plain_value

CARDS_TYPE = "application/vnd.parstats.cards+json"
NOTICE_TYPE = "application/vnd.parstats.notice+json"


# How cards and warnings look where no page brings its own style, as in a notebook. ":where" yields
# to any rule of a page; colours are those around, so that dark themes stay readable.
_STYLE = (
    "<style>"
    ":where(.ps-cards){display:grid;gap:.7rem;"
    "grid-template-columns:repeat(auto-fit,minmax(9.6rem,1fr))}"
    ":where(.ps-card){border:1px solid #8886;border-radius:.5rem;padding:.65rem .8rem .7rem}"
    ":where(.ps-label,.ps-note){font-size:.84rem;line-height:1.35}"
    ":where(.ps-value){font-size:1.55rem;line-height:1.25}"
    ":where(.ps-group){margin:1.1rem 0 .8rem;font-size:1.15rem}"
    ":where(.ps-warning){border-left:.35em solid #8c510a;padding:.2rem .9rem;margin:1rem 0}"
    "</style>"
)


@dataclass(frozen=True)
class Card:
    """A figure at the head of a page: what it is, how much, and how to read it."""

    label: str
    value: float | None
    note: str
    number: NumberFormat = field(default_factory=NumberFormat)

    def __post_init__(self) -> None:
        """Take figures out of a result as they are there."""
        object.__setattr__(self, "value", plain_value(self.value))

    def text(self, lang: str) -> str:
        """Return the figure as the page shows it; a dash for a missing one."""
        return self.number.text(self.value, lang)


@dataclass(frozen=True)
class Cards:
    """The figures at the head of a page, under the group that a province is in.

    Attributes
    ----------
    cards : tuple of Card
    lang : {"vi", "en"}
    group, group_note : str; the group and what it is one of; none if empty
    colour : str; of the group, in CSS

    Examples
    --------
    >>> cards = Cards((Card("Rank", 12, "of all", NumberFormat(0, after=" / 61")),), "en")
    >>> [(card.label, card.text(cards.lang)) for card in cards.cards]
    [('Rank', '12 / 61')]
    """

    cards: tuple[Card, ...]
    lang: str
    group: str = ""
    group_note: str = ""
    colour: str = ""

    @property
    def html(self) -> str:
        """The rendering for a page."""
        group = (
            f'<p class="ps-group" style="border-left:.5em solid {self.colour};'
            f'padding-left:.6em"><strong>{escape(self.group)}</strong> '
            f"<span>{escape(self.group_note)}</span></p>"
        )
        cards = "".join(
            f'<div class="ps-card"><div class="ps-label">{escape(card.label)}</div>'
            f'<div class="ps-value"><b>{escape(card.text(self.lang))}</b></div>'
            f'<div class="ps-note">{escape(card.note)}</div></div>'
            for card in self.cards
        )
        return (
            f'<div class="ps-headline">{group if self.group else ""}'
            f'<div class="ps-cards">{cards}</div></div>'
        )

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Cards:
        """Return the cards that a notebook holds."""
        cards = tuple(
            Card(**{**card, "number": NumberFormat(**card["number"])}) for card in content["cards"]
        )
        return cls(**{**content, "cards": cards})

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        plain = "\n".join(f"{card.label}: {card.text(self.lang)}" for card in self.cards)
        return {"text/html": _STYLE + self.html, CARDS_TYPE: asdict(self), "text/plain": plain}


@dataclass(frozen=True)
class Notice:
    """A warning in a box: a lead in bold, sentences, a list; what is empty is left out.

    Examples
    --------
    >>> Notice(text="No score is known.").html
    '<div class="ps-warning" role="note"><p>No score is known.</p></div>'
    """

    lead: str = ""
    text: str = ""
    items: tuple[str, ...] = ()

    @property
    def html(self) -> str:
        """The rendering for a page."""
        lead = f"<p><strong>{escape(self.lead)}</strong></p>" if self.lead else ""
        text = f"<p>{escape(self.text)}</p>" if self.text else ""
        items = "".join(f"<li>{escape(item)}</li>" for item in self.items)
        listed = f"<ul>{items}</ul>" if items else ""
        return f'<div class="ps-warning" role="note">{lead}{text}{listed}</div>'

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Notice:
        """Return the notice that a notebook holds."""
        return cls(**{**content, "items": tuple(content["items"])})

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        plain = "\n".join(filter(None, (self.lead, self.text, *self.items)))
        return {"text/html": _STYLE + self.html, NOTICE_TYPE: asdict(self), "text/plain": plain}

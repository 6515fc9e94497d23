"""Colours of ranks, and of the words on them."""

from __future__ import annotations

# ColorBrewer BrBG from first to last rank: safe for the common colour deficiencies.
SCALE = (
    "#01665e",
    "#35978f",
    "#80cdc1",
    "#c7eae5",
    "#f5f5f5",
    "#f6e8c3",
    "#dfc27d",
    "#bf812d",
    "#8c510a",
)
INKS = ("#000000", "#ffffff")


def tile_colour(rank: int, n_ranked: int) -> str:
    """Return the colour of a rank between the two ends of `SCALE`, evenly by rank.

    >>> tile_colour(1, 61), tile_colour(31, 61), tile_colour(61, 61)
    ('#01665e', '#f5f5f5', '#8c510a')
    """
    share = (rank - 1) / (n_ranked - 1) if n_ranked > 1 else 0.0
    position_in_range = min(max(share, 0.0), 1.0) * (len(SCALE) - 1)
    below = min(int(position_in_range), len(SCALE) - 2)
    mixed = (
        round(low + (high - low) * (position_in_range - below))
        for low, high in zip(_channels(SCALE[below]), _channels(SCALE[below + 1]), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def text_colour(background: str) -> str:
    """Return black or white, whichever is easier to read on a colour: always at least 4.5 to 1.

    >>> text_colour("#01665e"), text_colour("#f5f5f5")
    ('#ffffff', '#000000')
    """
    return max(INKS, key=lambda ink: contrast(ink, background))


def contrast(first: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.1, success criterion 1.4.3).

    >>> round(contrast("#000000", "#ffffff"), 6)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))


def _luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour, 0 to 1 (WCAG 2.1)."""
    linear = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in _channels(colour))
    )
    weights = (0.2126, 0.7152, 0.0722)
    return sum(weight * channel for weight, channel in zip(weights, linear, strict=True))

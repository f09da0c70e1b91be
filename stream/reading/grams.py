"""The words of an article's opening that n-grams are made of, folded so that the weights do not hang on names and days.

Places are ``¤``, dates ``§``, hours ``§h``, numbers ``#…``; an Arabic word stands without what is joined to its front.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final

from stream.reading.date_mask import masked_dates

GRAM_CHARACTERS: Final = 420
"""Characters of the text behind the title that n-grams are taken from."""
_LONGEST_TITLE: Final = 600
_LONGEST_GRAM: Final = 40
_MASS: Final = 1_000
_ARTICLES: Final = ("بال", "كال", "ال", "لل")
_LONG: Final = 4
"""Letters from which a leading و or ف is taken for "and": shorter words begin with it."""


def grams(words: Sequence[str]) -> list[str]:
    """The distinct 1- and 2-grams of the words, in the order in which they end."""
    pairs = zip(words[1:], map(" ".join, pairwise(words)), strict=True)
    return list(dict.fromkeys((*words[:1], *chain.from_iterable(pairs))))


def gram_words(norm: str, title_end: int, masked: Iterable[tuple[int, int]]) -> list[str]:
    """The words of the title and the next ones. ``title_end`` and ``masked`` (start, end) count in ``norm``."""
    title_end = min(title_end, _LONGEST_TITLE)
    opening = norm[: title_end + 2 * GRAM_CHARACTERS]
    for start, end in sorted([span for span in masked if span[1] < len(opening)], reverse=True):
        if end < len(opening):
            opening = f"{opening[:start]}¤{opening[end:]}"
            title_end -= (end - start - 1) * (end <= title_end)
    tokens = masked_dates(opening[:title_end].split())
    tokens += _opening_words(opening[title_end:])
    return list(map(_sign, tokens))


def _opening_words(rest: str) -> list[str]:
    """The words behind the title, as far as it goes when each date counts as one letter."""
    said = masked_dates(rest.split())
    return said[: f"{' '.join(said)} "[:GRAM_CHARACTERS].count(" ")]


@lru_cache(maxsize=1 << 15)
def _sign(token: str) -> str:
    """The word that n-grams are made of: a number's kind, an Arabic word without what is joined to its front."""
    return _number(token) if token[0].isdecimal() else _bare(token[:_LONGEST_GRAM])


def _bare(token: str) -> str:
    """An Arabic word without its conjunction, preposition and article; others as they are."""
    if not "\u0600" < token[0] < "\u0700":
        return token
    if len(token) > _LONG and token[0] in "وف":
        token = token[1:]
    for article in _ARTICLES:
        if token.startswith(article) and len(token) > len(article) + 2:
            return token[len(article) :]
    return token


def _number(token: str) -> str:
    """Numbers by what they may be: a count of people, a year, a mass."""
    if not token.isdecimal():
        return "#x"
    value = int(token[:12])
    return "#year" if 1900 <= value <= 2100 else "#small" if value < 100 else "#hundreds" if value < _MASS else "#mass"

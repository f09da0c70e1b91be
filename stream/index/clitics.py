"""The forms in which an Arabic word stands with its attached particles: expanded at the query, never stemmed.

A word that was asked for is looked up with every particle that READING 3.2 allows before a noun or
a verb, so that «مالي» finds «بمالي» and «ومالي»; particles in the query come off first, so that
«بمالي» finds «مالي». Nothing is ever cut from a word's end: مالي (Mali) never meets مالية (finance).
"""

from typing import Final

_CONJUNCTIONS: Final = ("", "و", "ف")
_PARTICLES: Final = ("", "ال", "بال", "كال", "لل", "ب", "ك", "ل", "س")
PREFIXES: Final = tuple(conjunction + particle for conjunction in _CONJUNCTIONS for particle in _PARTICLES)
_LONGEST_FIRST: Final = tuple(sorted((prefix for prefix in PREFIXES if prefix), key=lambda p: (-len(p), p)))

SHORTEST_REST: Final = 4
"""Letters that must be left behind a particle of one letter: وزير and بلد begin with none."""
SHORTEST_REST_OF_ARTICLE: Final = 3
"""And behind one that holds the article, which is rarely part of a word."""
SHORTEST_EXPANDED: Final = 3
"""Shorter words are looked up as they are: with particles before it, من is half the dictionary."""


def is_arabic(token: str) -> bool:
    """Whether a normalised token is in Arabic letters."""
    return bool(token) and all("\u0621" <= letter <= "\u06d3" for letter in token)


def forms(token: str) -> tuple[str, ...]:
    """The token first, then every other form to look up; the token alone where it is not Arabic."""
    if not is_arabic(token) or len(token) < SHORTEST_EXPANDED:
        return (token,)
    bases = (token, *_bases(token))
    return tuple(dict.fromkeys((*bases, *(form for base in bases for form in _with_particles(base)))))


def _bases(token: str) -> list[str]:
    """What may be left of the token without its particles, fewest letters removed last."""
    bases = []
    for prefix in _LONGEST_FIRST:
        rest = token[len(prefix) :]
        shortest = SHORTEST_REST_OF_ARTICLE if prefix.endswith(("ال", "لل")) else SHORTEST_REST
        if token.startswith(prefix) and len(rest) >= shortest:
            bases.append(rest)
            if prefix.endswith("لل"):
                bases.append(f"ال{rest}")  # للنيجر is ل before النيجر: the article is the name's own
    return bases


def _with_particles(base: str) -> list[str]:
    found = [prefix + base for prefix in PREFIXES]
    if base.startswith("ال"):
        found += [f"{conjunction}لل{base[2:]}" for conjunction in _CONJUNCTIONS]
    return found

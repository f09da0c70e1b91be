"""What a person typed into a full-text expression. Pure; raw FTS syntax never gets through.

``words`` are ANDed, ``"a phrase"`` stands together, ``a OR b`` is either of the two neighbours, a
leading ``-`` excludes. All else is text: it goes through the same normaliser as the articles, which
leaves letters and digits only, and then into quotes.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from stream.index.clitics import forms
from stream.index.protocol import QueryError

MOST_TERMS: Final = 32
MOST_CHARACTERS: Final = 2_000

_PIECE: Final = re.compile(r'(?P<minus>(?<!\S)-)?(?:["“”«»](?P<phrase>[^"“”«»]*)["“”«»]?|(?P<word>[^\s"“”«»]+))')
_OR: Final = frozenset(("OR", "|", "أو"))

Normalise = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Term:
    """One word or phrase, normalised: ``alternatives`` are token sequences of which any will do."""

    alternatives: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """All of ``groups`` (any term of a group), none of ``excluded``."""

    groups: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...]

    @property
    def wanted(self) -> str | None:
        """The FTS5 expression that articles must meet; None where none was asked for."""
        return " AND ".join(_any(group) for group in self.groups) or None

    @property
    def unwanted(self) -> str | None:
        """The FTS5 expression that articles must not meet."""
        return _any(self.excluded) if self.excluded else None


def parse(text: str, normalise: Normalise) -> Expression:
    """Read a query. An empty one has no groups. Raises QueryError where nothing in it can be searched."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(f"the search has {len(text):,} characters: at most {MOST_CHARACTERS:,} are accepted")
    groups: list[tuple[Term, ...]] = []
    excluded: list[Term] = []
    joined = False
    for piece in _PIECE.finditer(text):
        if piece["word"] in _OR and not piece["minus"]:
            joined = bool(groups)
            continue
        term = _term(normalise(piece["phrase"] or piece["word"] or "").split())
        if term is None:
            continue
        if piece["minus"]:
            excluded.append(term)
        elif joined:
            groups[-1] = (*groups[-1], term)
        else:
            groups.append((term,))
        joined = False
    _check(text, sum(map(len, groups)) + len(excluded))
    return Expression(tuple(groups), tuple(excluded))


def tokens_to_mark(expression: Expression) -> frozenset[str]:
    """Every single token that a found text may show for the expression's words."""
    terms = (term for group in expression.groups for term in group)
    return frozenset(token for term in terms for alternative in term.alternatives for token in alternative)


def _check(text: str, terms: int) -> None:
    if text.strip() and not terms:
        raise QueryError(f"nothing to search for in {text[:60]!r}: write at least one word of letters or digits")
    if terms > MOST_TERMS:
        raise QueryError(f"the search has {terms} words: at most {MOST_TERMS} are accepted")


def _term(tokens: list[str]) -> Term | None:
    """A particle is written to the first word of a phrase, so the first alone is looked up in all its forms."""
    tokens = [token.replace("%", "") for token in tokens if token.strip("%")]
    if not tokens:
        return None
    return Term(tuple((form, *tokens[1:]) for form in forms(tokens[0])))


def _any(terms: Iterable[Term]) -> str:
    return f"({' OR '.join(_quoted(terms))})"


def _quoted(terms: Iterable[Term]) -> Iterator[str]:
    for term in terms:
        for alternative in term.alternatives:
            # Normalised text has no quotes; doubled all the same, the escape must not rest on another module.
            yield '"' + " ".join(alternative).replace('"', '""') + '"'

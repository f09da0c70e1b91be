"""Which rules' text terms a reading meets: one pass over the folded text for all terms of all rules.

A term matches whole words. An Arabic one may carry the clitics that are written onto it
(``و ف ب ك ل`` and the article): ``الساحل`` is found in ``والساحل``, ``بالساحل``, ``للساحل``.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from ahocorasick_rs import AhoCorasick

from alerts.rules import Rule, TextTerms

_ARTICLE: Final = "ال"
_BEFORE: Final = frozenset(
    conjunction + preposition + article
    for conjunction in ("", "و", "ف")
    for preposition in ("", "ب", "ك", "ل")
    for article in ("", _ARTICLE)
) | frozenset(conjunction + "لل" for conjunction in ("", "و", "ف"))
_BEFORE_ARTICLE: Final = frozenset(clitics for clitics in _BEFORE if not clitics.endswith((_ARTICLE, "لل")))
_ASSIMILATED: Final = frozenset(conjunction + "لل" for conjunction in ("", "و", "ف"))
_NOTHING: Final = frozenset({""})


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A stretch of folded text, and what may stand before and behind it in its word."""

    text: str
    term: str
    before: frozenset[str]
    open_end: bool


class TermIndex:
    """The terms of a rule set, compiled once when it comes into force."""

    def __init__(self, rules: Iterable[Rule], normalise: Callable[[str], str]) -> None:
        patterns: dict[_Pattern, None] = {}
        for rule in rules:
            for term in _terms(rule.when.text):
                for pattern in self._patterns(term, normalise):
                    patterns[pattern] = None
        self._patterns_found = tuple(patterns)
        self._search = AhoCorasick([pattern.text for pattern in patterns]) if patterns else None

    def found(self, norm: str) -> frozenset[str]:
        """The terms that stand in a folded text."""
        if self._search is None:
            return frozenset()
        hits = self._search.find_matches_as_indexes(norm, overlapping=True)
        found = ((self._patterns_found[index], start, end) for index, start, end in hits)
        return frozenset(pattern.term for pattern, start, end in found if _stands(pattern, norm, start, end))

    def _patterns(self, term: str, normalise: Callable[[str], str]) -> Iterator[_Pattern]:
        text = normalise(term.rstrip("*")).strip()
        open_end = term.endswith("*")
        if not text:
            return
        if not _arabic(text):
            yield _Pattern(text, term, _NOTHING, open_end)
            return
        with_article = text.startswith(_ARTICLE) and len(text) > len(_ARTICLE) + 1
        yield _Pattern(text, term, _BEFORE_ARTICLE if with_article else _BEFORE, open_end)
        if with_article:
            yield _Pattern(text.removeprefix(_ARTICLE), term, _ASSIMILATED, open_end)


def met(terms: TextTerms, found: frozenset[str]) -> bool:
    """Whether the terms that were found satisfy a rule."""
    return (
        (not terms.any or any(term in found for term in terms.any))
        and all(term in found for term in terms.all or ())
        and not any(term in found for term in terms.none or ())
    )


def _terms(text: TextTerms | None) -> tuple[str, ...]:
    return (*(text.any or ()), *(text.all or ()), *(text.none or ())) if text else ()


def _stands(pattern: _Pattern, norm: str, start: int, end: int) -> bool:
    if not pattern.open_end and norm[end : end + 1] not in ("", " "):
        return False
    return norm[norm.rfind(" ", 0, start) + 1 : start] in pattern.before


def _arabic(text: str) -> bool:
    return "\u0600" <= text[0] <= "\u06ff"

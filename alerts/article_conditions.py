"""Which rules' conditions on one article a reading meets: text, topics, language, feed, tags, reliability. Pure."""

from collections.abc import Callable
from typing import Final

from alerts.rules import Conditions, Rule
from alerts.terms import TermIndex, met
from marsad.reading import Reading

TOPIC: Final = 0.5
"""A topic counts from this score on."""


class ArticleConditions:
    """The rules of a set that ask something of an article itself.

    A rule with terms is looked at only when one of them was found, so that a thousand rules cost little more than ten.
    """

    def __init__(self, rules: tuple[Rule, ...], normalise: Callable[[str], str]) -> None:
        asking = tuple(rule for rule in rules if rule.when.of_article)
        self._with_text = any(rule.when.text for rule in asking)
        self._terms = TermIndex(asking, normalise)
        self._normalise = normalise
        self._always = tuple(rule for rule in asking if not _wanted(rule))
        self._by_term: dict[str, list[Rule]] = {}
        for rule in asking:
            for term in _wanted(rule):
                self._by_term.setdefault(term, []).append(rule)

    def met_by(self, reading: Reading) -> tuple[str, ...]:
        """Names of the rules whose conditions the reading meets, sorted."""
        found = self._terms.found(self._folded(reading)) if self._with_text else frozenset()
        by_term = {rule.name: rule for term in found for rule in self._by_term.get(term, ())}
        rules = (*self._always, *by_term.values())
        topics = {topic.code for topic in reading.topics if topic.score >= TOPIC}
        return tuple(sorted(rule.name for rule in rules if _meets(rule.when, reading, topics, found)))

    def _folded(self, reading: Reading) -> str:
        # Parts are folded apart: no term may be found across the end of a title.
        parts = (reading.title, reading.summary, reading.body_head)
        return "\n".join(self._normalise(part) for part in parts if part)


def _wanted(rule: Rule) -> tuple[str, ...]:
    """Terms of which at least one must be found for the rule to hold."""
    text = rule.when.text
    return (text.all or text.any or ()) if text else ()


def _meets(when: Conditions, reading: Reading, topics: set[str], found: frozenset[str]) -> bool:
    source = reading.source
    return (
        (not when.languages or any(_is_language(reading.language, wanted) for wanted in when.languages))
        and (not when.feeds or source.feed in when.feeds)
        and (not when.tags or not set(when.tags).isdisjoint(source.tags))
        and (not when.reliability or source.reliability <= when.reliability)
        and (not when.topics or not topics.isdisjoint(when.topics))
        and (when.text is None or met(when.text, found))
    )


def _is_language(language: str, wanted: str) -> bool:
    return language == wanted or language.startswith(f"{wanted}-")

"""Which rules could hold for a story at all: looked up by place or article, so that a thousand rules cost as ten."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from alerts.rules import Conditions, Rule
from marsad.story import Member, Story

Key = tuple[str, str]


class Shortlist:
    """The rules of a set under their most selective condition. The order is that of the set."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[int, Rule] = dict(zip(count(), rules))
        self._by_key: dict[Key, list[int]] = {}
        for number, rule in self._rules.items():
            for key in _keys_of_rule(rule.name, rule.when):
                self._by_key.setdefault(key, []).append(number)
        self._numbers = {rule.name: number for number, rule in self._rules.items()}

    def rule(self, name: str) -> Rule | None:
        """The rule of a name."""
        number = self._numbers.get(name)
        return None if number is None else self._rules[number]

    def of(self, story: Story, members: Sequence[Member], also: Iterable[str]) -> tuple[Rule, ...]:
        """Every rule that could hold, and those named in ``also``."""
        numbers = {number for key in _keys_of_story(story, members) for number in self._by_key.get(key, ())}
        numbers |= {self._numbers[name] for name in also if name in self._numbers}
        return tuple(self._rules[number] for number in sorted(numbers))


def _keys_of_rule(name: str, when: Conditions) -> Iterator[Key]:
    if when.of_article:
        yield "rule", name
    elif when.countries:
        yield from (("country", country) for country in when.countries)
    elif when.regions:
        yield from (("region", region) for region in when.regions)
    elif when.admin1:
        yield from (("country", division[:2]) for division in when.admin1)
    else:
        yield "", ""


def _keys_of_story(story: Story, members: Sequence[Member]) -> Iterator[Key]:
    yield "", ""
    yield from (("region", region) for region in story.regions)
    yield from (("country", country) for country in story.countries)
    if story.incident is not None and story.incident.country:
        yield "country", story.incident.country
    yield from (("rule", name) for member in members for name in member.rules)

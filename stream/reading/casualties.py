"""Killed, injured, abducted: the number of people that a sentence gives for each, with bounds.

A number belongs to the nearest word of killing, injuring or abducting on the side where its
language puts it (before "morts", after "مقتل"), never across another such word. Coordinated
numbers add up ("douze soldats et quatre supplétifs tués" is 16), numbers of years, kilometres,
vehicles or attacks count no people.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from marsad.reading import Toll
from stream.reading import casualty_words as lists
from stream.reading.casualty_numbers import AFTER_REACH, NEAR_NOUN, Head, for_head
from stream.reading.counts import Number
from stream.reading.people import LARGEST, people
from stream.reading.words import Word, texts

_PAST_REACH: Final = 22


class Count(msgspec.Struct, frozen=True, gc=False):
    """People killed, injured or abducted, as one sentence says; offsets count in the raw text."""

    kind: str
    best: int
    low: int
    high: int
    start: int
    end: int
    militants: bool = False
    """The people counted are the attackers' own."""
    owner: str | None = None
    vague: bool = False
    toll: bool = False
    """Told as "the toll rises to": it replaces former figures."""
    victims: bool = False
    """The people counted are named as those who were attacked."""
    unsaid: bool = False
    """One person without a number: "kills soldier"."""
    joint: bool = False
    """Told as "with three others": the person named before is counted in."""


def counts(sentence: Sequence[Word]) -> list[Count]:
    """What one sentence counts. Several of one kind stay several (strikes on two towns)."""
    said = texts(sentence)
    heads = _heads(said)
    if not heads and lists.TOLL_WORDS.isdisjoint(said):
        return []
    past = _past(said)
    figures = [figure for figure in people(said) if not past <= figure.first < past + _PAST_REACH]
    found = list(_rising(said, figures, heads))
    taken = {count.first for count, _head in found}
    for head in heads:
        chosen = for_head(said, head, heads, [figure for figure in figures if figure.first not in taken])
        if chosen is not None:
            found.append((chosen, head))
            taken.update(figure.first for figure in figures if chosen.first <= figure.first < chosen.last)
    owner = _owner(said)
    result = [_count(sentence, said, figure, head, owner) for figure, head in found if head.kind != lists.OTHER]
    return sorted(result, key=lambda count: (count.start, count.kind))


def _past(said: Sequence[str]) -> int:
    """Where another event is told as what this one followed: "three days after an attack that killed 32"."""
    for index, word in enumerate(said):
        if word in lists.INTERVALS_BETWEEN:
            behind, before = said[index + 1 : index + 2], said[max(0, index - NEAR_NOUN) : index]
            if behind and (behind[0] in lists.AFTER_WORDS or (behind[0] in ("علي", "من") and "بعد" in before)):
                return index
    return len(said)


def _heads(said: Sequence[str]) -> list[Head]:
    heads = []
    for index in [at for at, word in enumerate(said) if word in lists.HEADS_AND]:
        if not _is_no_head(said, index):
            kind, side = lists.HEADS_AND[said[index]]
            heads.append(Head(lists.OTHER if _is_combined(said, index) else kind, side, index))
    return [head for head in heads if not (head.index and _is_combined(said, head.index - 1))]


def _is_combined(said: Sequence[str], index: int) -> bool:
    """As in "300 قتيل وجريح", "مقتل وإصابة 60": one figure for both says neither."""
    following = said[index + 1] if index + 1 < len(said) else ""
    return said[index].removeprefix("و") in lists.COMBINING and following in lists.COMBINED


def _is_no_head(said: Sequence[str], index: int) -> bool:
    """Verbs that need their object: "سقوط قتلى" counts by its noun, "on the dead" not at all."""
    word, following = said[index], said[index + 1] if index + 1 < len(said) else ""
    if word in ("سقط", "سقوط", "حياه"):
        return following not in ("عشرات", "العشرات") and not following[:1].isdecimal()
    if word in lists.ON_ARMED_MEN:
        return lists.MILITANTS.isdisjoint(said[max(0, index - AFTER_REACH) : index + AFTER_REACH])
    return word == "mort" and following == "de" and index > 0 and said[index - 1] == "la"


def _rising(said: Sequence[str], figures: list[Number], heads: list[Head]) -> Iterator[tuple[Number, Head]]:
    """As in "The toll has risen to 44": killed, unless a word for the injured stands right behind."""
    at = next((index for index, word in enumerate(said) if word in lists.TOLL_WORDS), None)
    if at is None or not lists.EARLIER.isdisjoint(said[max(0, at - 2) : at + 3]):
        return
    rises = [index for index, word in enumerate(said) if word in lists.RISES and index != at]
    for figure in figures:
        if any(0 <= figure.first - index <= 4 for index in rises if index < figure.first):
            near = [head for head in heads if 0 <= head.index - figure.last <= 2]
            yield figure, Head(near[0].kind if near else lists.KILLED, lists.RISEN, at)
            return


def _count(sentence: Sequence[Word], said: list[str], number: Number, head: Head, owner: str | None) -> Count:
    first, last = min(number.first, head.index), max(number.last, head.index + 1)
    around = said[number.last : number.last + NEAR_NOUN] + said[max(0, number.first - 1) : number.first]
    return Count(
        kind=head.kind,
        best=number.best,
        low=number.low,
        high=number.high,
        start=sentence[first].start,
        end=sentence[last - 1].end,
        militants=any(word in lists.MILITANTS for word in around) or said[number.first] in lists.MILITANTS,
        victims=any(word in lists.VICTIMS for word in around) or said[number.first] in lists.VICTIMS,
        owner=owner,
        vague=number.vague,
        toll=said[head.index] in lists.TOLL_WORDS or head.side == lists.RISEN,
        unsaid=number.best == 1 and said[number.first] in lists.PEOPLE_ONE,
        joint=said[head.index + 1 : head.index + 2] == ["مع"] or said[head.index + 1 : head.index + 2] == ["with"],
    )


def _owner(said: Sequence[str]) -> str | None:
    """Whose figure it is: a source word within reach of a word of saying."""
    for index, word in enumerate(said):
        if word in lists.SAYS:
            for near in said[max(0, index - 4) : index + 5]:
                if near in lists.OWNERS:
                    return lists.OWNERS[near]
    return None


def toll(kind: str, sentences: Iterable[Sequence[Count]], *, most: int = LARGEST) -> Toll | None:
    """The figure that the sentences, the title's first, give for ``kind``.

    The first sentence with an exact figure decides; a later one counts only when it tells the risen
    toll, those attacked where the first tells the attackers' dead, counts in the one person named
    before, or makes "dozens" exact.
    """
    told = [[count for count in sentence if count.kind == kind and count.best <= most] for sentence in sentences]
    flat = [count for sentence in told for count in sentence]
    if not flat:
        return None
    exact = [found for sentence in told if (found := [count for count in sentence if not count.vague])]
    first = _first(exact[0]) if exact else flat[0]
    rough = flat[0]
    if rough.vague and not rough.low <= 2 * first.best <= 2 * rough.high:
        first = rough
    chosen = next((count for count in flat if count.toll and not count.vague), first)
    if chosen.militants:
        chosen = next((count for count in flat if count.victims and not count.vague), chosen)
    if chosen.unsaid:
        chosen = next((count for count in flat if count.joint and not count.vague), chosen)
    return Toll(best=chosen.best, low=chosen.low, high=chosen.high, owner=chosen.owner)


def _first(sentence: Sequence[Count]) -> Count:
    return next((count for count in sentence if not count.militants), sentence[0])

"""Killed, injured, abducted: the number of people that a sentence gives for each, with bounds.

A number belongs to the nearest word of killing, injuring or abducting on the side where its
language puts it (before "morts", after "مقتل"), never across another such word. Coordinated
numbers add up ("douze soldats et quatre supplétifs tués" is 16), numbers of years, kilometres,
vehicles or attacks count no people.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from marsad.reading import Toll
from stream.reading import casualty_words as lists
from stream.reading.counts import Number
from stream.reading.date_words import DAYS_AGO, WEEKDAYS
from stream.reading.people import LARGEST, people
from stream.reading.words import Word, listed, texts

_BEFORE_REACH: Final = 8
_AFTER_REACH: Final = 7
_AT_ONCE: Final = 4
_NEAR_NOUN: Final = 3
_NOUN_PHRASE: Final = 5
_PAST_REACH: Final = 22
_STOPS: Final = frozenset((";", "؛", ":", "(", ")", "!", "?", "؟"))
_MODIFIERS: Final = frozenset(
    listed("""
        at least about some around up to more than over nearly as many a total of another least moins au plus de
        pres environ quelque d une les ces ما لا يقل عن نحو حوالي اكثر من زهاء قرابه علي الاقل اخرين بينهم the least
        an , another estimated ‘ ’ " ' « » “ ” further علي
    """)
)  # fmt: skip


_AND_ONE: Final = [["and", "a"], ["and", "an"], ["and", "one"], ["et", "un"], ["et", "une"]]


@dataclass(frozen=True, slots=True)
class Count:
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


@dataclass(frozen=True, slots=True)
class _Head:
    kind: str
    side: str
    index: int


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
        chosen = _for_head(said, head, heads, [figure for figure in figures if figure.first not in taken])
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
            behind, before = said[index + 1 : index + 2], said[max(0, index - _NEAR_NOUN) : index]
            if behind and (behind[0] in lists.AFTER_WORDS or (behind[0] in ("علي", "من") and "بعد" in before)):
                return index
    return len(said)


def _heads(said: Sequence[str]) -> list[_Head]:
    heads = []
    for index, word in enumerate(said):
        entry = lists.HEADS.get(word) or (lists.HEADS.get(word[1:]) if word.startswith("و") else None)
        if entry is not None and not _is_no_head(said, index):
            heads.append(_Head(lists.OTHER if _is_combined(said, index) else entry[0], entry[1], index))
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
        return lists.MILITANTS.isdisjoint(said[max(0, index - _AFTER_REACH) : index + _AFTER_REACH])
    return word == "mort" and following == "de" and index > 0 and said[index - 1] == "la"


def _rising(said: Sequence[str], figures: list[Number], heads: list[_Head]) -> Iterator[tuple[Number, _Head]]:
    """As in "The toll has risen to 44": killed, unless a word for the injured stands right behind."""
    at = next((index for index, word in enumerate(said) if word in lists.TOLL_WORDS), None)
    if at is None or not lists.EARLIER.isdisjoint(said[max(0, at - 2) : at + 3]):
        return
    rises = [index for index, word in enumerate(said) if word in lists.RISES and index != at]
    for figure in figures:
        if any(0 <= figure.first - index <= 4 for index in rises if index < figure.first):
            near = [head for head in heads if 0 <= head.index - figure.last <= 2]
            yield figure, _Head(near[0].kind if near else lists.KILLED, lists.RISEN, at)
            return


def _for_head(said: Sequence[str], head: _Head, heads: list[_Head], figures: list[Number]) -> Number | None:
    others = [other.index for other in heads if other.index != head.index]
    before = _before(said, head, others, figures)
    after = _after(said, head, others, figures)
    if head.side == lists.BEFORE:
        turned = said[head.index] in lists.TURNED and after is not None and _at_once(said, head, after)
        return after if turned else before or _single(said, head) or _unbound(said, head, after)
    if head.side == lists.AFTER:
        back = before if said[head.index] in lists.BACK_VERBS else None
        return after or _single(said, head) or back
    if after is not None and _at_once(said, head, after):
        return after
    return before or _single(said, head)


def _unbound(said: Sequence[str], head: _Head, after: Number | None) -> Number | None:
    """Arabic tells "لقوا مصرعهم 12": a number right behind a word that mostly follows its own."""
    arabic = "\u0600" < said[head.index][0] < "\u0700"
    return after if arabic and after is not None and after.first == head.index + 1 else None


def _at_once(said: Sequence[str], head: _Head, number: Number) -> bool:
    between = said[head.index + 1 : number.first]
    return (
        len(between) <= _AT_ONCE and all(word in _MODIFIERS for word in between if word != ",") and "," not in between
    )


def _before(said: Sequence[str], head: _Head, others: list[int], figures: list[Number]) -> Number | None:
    floor = max([index for index in others if index < head.index], default=-1)
    near = [
        figure
        for figure in figures
        if floor < figure.first and figure.last <= head.index and head.index - figure.last <= _BEFORE_REACH
        and not _crosses(said, figure.last, head.index)
    ]  # fmt: skip
    return _with_one_more(said, head, _summed(said, near, head)) if near else None


def _after(said: Sequence[str], head: _Head, others: list[int], figures: list[Number]) -> Number | None:
    ceiling = min([index for index in others if index > head.index], default=len(said))
    near = [
        figure
        for figure in figures
        if head.index < figure.first < ceiling and figure.first - head.index <= _AFTER_REACH
        and not _crosses(said, head.index + 1, figure.first) and not _owned_by_next(said, figure)
    ]  # fmt: skip
    if not near:
        return None
    chosen = near[0]
    for following in near[1:]:
        if not _joined(said, chosen.last, following.first):
            break
        chosen = _sum(chosen, following)
    if said[head.index + 1] in lists.WITH and not chosen.vague:
        return _sum(chosen, Number(1, 1, 1, chosen.last - 1, chosen.last))
    return _with_one_more(said, head, chosen)


def _with_one_more(said: Sequence[str], head: _Head, number: Number) -> Number:
    """As in "أربعة مدنيين وجندي", "ضابط و3 جنود": one more person, told without a number."""
    behind = said[number.last : number.last + _NEAR_NOUN]
    more = next((place for place, word in enumerate(behind) if word[:1] == "و" and word[1:] in lists.PEOPLE_ONE), None)
    if more is None:
        behind = said[number.last : number.last + _NEAR_NOUN + 2]
        more = _one_more_behind(behind)
    if more is not None and "," not in behind[:more] and "،" not in behind[:more]:
        return _sum(number, Number(1, 1, 1, number.last + more, number.last + more + 1))
    ahead = said[head.index + 1 : number.first]
    if ahead and ahead[0] in lists.PEOPLE_ONE and (ahead[-1] == "و" or said[number.first][:1] == "و"):
        return _sum(Number(1, 1, 1, head.index + 1, head.index + 2), number)
    return number


def _one_more_behind(behind: Sequence[str]) -> int | None:
    """As in "nine civilians and a soldier", "neuf civils et un soldat"."""
    return next(
        (
            place
            for place, word in enumerate(behind)
            if word in lists.PEOPLE_ONE and behind[max(0, place - 2) : place] in _AND_ONE
        ),
        None,
    )


def _owned_by_next(said: Sequence[str], figure: Number) -> bool:
    """A number right before "قتيلا" or "جريحا" is that word's."""
    following = said[figure.last] if figure.last < len(said) else ""
    entry = lists.HEADS.get(following)
    return entry is not None and entry[1] == lists.BEFORE


def _crosses(said: Sequence[str], first: int, last: int) -> bool:
    return any(word in _STOPS for word in said[first:last])


def _summed(said: Sequence[str], near: list[Number], head: _Head) -> Number:
    """The number next to the head, with those that "and" joins to it."""
    chosen = near[-1]
    for previous in reversed(near[:-1]):
        if not _joined(said, previous.last, chosen.first):
            break
        chosen = _sum(previous, chosen)
    return replace(chosen, last=min(chosen.last, head.index))


def _joined(said: Sequence[str], first: int, last: int) -> bool:
    """A noun or two, then "and"; a comma alone begins a new count."""
    between = said[first:last]
    if not between or len(between) > 5 or any(word in _STOPS for word in between):
        return False
    return between[-1] in ("et", "and", "و") or (
        len(between) <= _NEAR_NOUN and said[last][:1] == "و" and said[last] not in _MODIFIERS
    )


def _sum(one: Number, other: Number) -> Number:
    return Number(
        one.best + other.best,
        one.low + other.low,
        one.high + other.high,
        one.first,
        other.last,
        one.vague or other.vague,
    )


def _single(said: Sequence[str], head: _Head) -> Number | None:
    """As in "مقتل جندي", "soldier killed": one person, with no number said."""
    word = said[head.index]
    if word in lists.AR_SINGLE or word in lists.DUALS:
        people = 2 if word in lists.DUALS else 1
        return Number(people, people, people, head.index, head.index + 1)
    if head.side in (lists.AFTER, lists.EITHER) and (at := _person_behind(said, head.index + 1)):
        return Number(1, 1, 1, at, at + 1)
    if head.side in (lists.BEFORE, lists.EITHER) and word not in lists.SEVERAL:
        for index in range(head.index - 1, max(-1, head.index - 4), -1):
            if said[index] in lists.PEOPLE_ONE and said[index] not in ("chef", "commandant"):
                return Number(1, 1, 1, index, index + 1)
    return None


def _person_behind(said: Sequence[str], index: int) -> int:
    """Where one person is named right behind the verb, "kills senior commander"; 0 where none is."""
    for at in range(index, min(index + _NOUN_PHRASE, len(said))):
        word = said[at]
        if word in lists.PEOPLE_ONE:
            return at
        if word in WEEKDAYS or word in DAYS_AGO:
            continue
        if not word.isascii() or word in lists.NOUN_ENDS or word[0].isdecimal():
            return 0
    return 0


def _count(sentence: Sequence[Word], said: list[str], number: Number, head: _Head, owner: str | None) -> Count:
    first, last = min(number.first, head.index), max(number.last, head.index + 1)
    around = said[number.last : number.last + _NEAR_NOUN] + said[max(0, number.first - 1) : number.first]
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

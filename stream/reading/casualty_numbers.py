"""Which number belongs to a word of killing, injuring or abducting, in a sentence's folded words.

It is the nearest on the side where its language puts it, never across another such word; what "and"
joins to it adds up, and one person may be told without a number.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from stream.reading import casualty_words as lists
from stream.reading.counts import Number
from stream.reading.date_words import DAYS_AGO, WEEKDAYS
from stream.reading.words import listed

_BEFORE_REACH: Final = 8
AFTER_REACH: Final = 7
_AT_ONCE: Final = 4
NEAR_NOUN: Final = 3
_NOUN_PHRASE: Final = 5
_STOPS: Final = frozenset((";", "؛", ":", "(", ")", "!", "?", "؟"))
_MODIFIERS: Final = frozenset(
    listed("""
        at least about some around up to more than over nearly as many a total of another least moins au plus de
        pres environ quelque d une les ces ما لا يقل عن نحو حوالي اكثر من زهاء قرابه علي الاقل اخرين بينهم the least
        an , another estimated ‘ ’ " ' « » “ ” further علي
    """)
)  # fmt: skip
_AND_ONE: Final = [["and", "a"], ["and", "an"], ["and", "one"], ["et", "un"], ["et", "une"]]


class Head(msgspec.Struct, frozen=True, gc=False):
    """A word that tells what was done, and on which side of it its number stands."""

    kind: str
    side: str
    index: int


def for_head(said: Sequence[str], head: Head, heads: list[Head], figures: list[Number]) -> Number | None:
    """The number of people that ``head`` tells, of ``figures`` or of one person named; None where it counts nobody."""
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


def _unbound(said: Sequence[str], head: Head, after: Number | None) -> Number | None:
    """Arabic tells "لقوا مصرعهم 12": a number right behind a word that mostly follows its own."""
    arabic = "\u0600" < said[head.index][0] < "\u0700"
    return after if arabic and after is not None and after.first == head.index + 1 else None


def _at_once(said: Sequence[str], head: Head, number: Number) -> bool:
    between = said[head.index + 1 : number.first]
    return (
        len(between) <= _AT_ONCE and all(word in _MODIFIERS for word in between if word != ",") and "," not in between
    )


def _before(said: Sequence[str], head: Head, others: list[int], figures: list[Number]) -> Number | None:
    floor = max([index for index in others if index < head.index], default=-1)
    near = [
        figure
        for figure in figures
        if floor < figure.first and figure.last <= head.index and head.index - figure.last <= _BEFORE_REACH
        and not _crosses(said, figure.last, head.index)
    ]  # fmt: skip
    return _with_one_more(said, head, _summed(said, near, head)) if near else None


def _after(said: Sequence[str], head: Head, others: list[int], figures: list[Number]) -> Number | None:
    ceiling = min([index for index in others if index > head.index], default=len(said))
    near = [
        figure
        for figure in figures
        if head.index < figure.first < ceiling and figure.first - head.index <= AFTER_REACH
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


def _with_one_more(said: Sequence[str], head: Head, number: Number) -> Number:
    """As in "أربعة مدنيين وجندي", "ضابط و3 جنود": one more person, told without a number."""
    behind = said[number.last : number.last + NEAR_NOUN]
    more = next((place for place, word in enumerate(behind) if word[:1] == "و" and word[1:] in lists.PEOPLE_ONE), None)
    if more is None:
        behind = said[number.last : number.last + NEAR_NOUN + 2]
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


def _summed(said: Sequence[str], near: list[Number], head: Head) -> Number:
    """The number next to the head, with those that "and" joins to it."""
    chosen = near[-1]
    for previous in reversed(near[:-1]):
        if not _joined(said, previous.last, chosen.first):
            break
        chosen = _sum(previous, chosen)
    return msgspec.structs.replace(chosen, last=min(chosen.last, head.index))


def _joined(said: Sequence[str], first: int, last: int) -> bool:
    """A noun or two, then "and"; a comma alone begins a new count."""
    between = said[first:last]
    if not between or len(between) > 5 or any(word in _STOPS for word in between):
        return False
    return between[-1] in ("et", "and", "و") or (
        len(between) <= NEAR_NOUN and said[last][:1] == "و" and said[last] not in _MODIFIERS
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


def _single(said: Sequence[str], head: Head) -> Number | None:
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

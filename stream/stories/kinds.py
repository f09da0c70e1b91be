"""Which kinds of event can be accounts of one incident. Pure."""

from typing import Final

from marsad.codes import EventType, Family, Status, SubType
from marsad.reading import Event

GENERIC: Final = frozenset({None, SubType.ATTACK, SubType.ARMED_CLASH, SubType.COUP})
"""Names that fit many events: equal ones prove nothing, unequal ones refute nothing."""
_PLAIN: Final = frozenset({None, SubType.ATTACK})
"""What a blast may be called, too; a clash is none."""
_CONFUSED: Final = frozenset({frozenset({SubType.IED, SubType.SUICIDE}), frozenset({SubType.AIR, SubType.SHELLING})})
"""A blast is told as a bomb before it is known that its bearer died with it, a bombardment by whatever
its language calls both guns and aircraft.
"""

_ONE_OF_TWO: Final = frozenset({Family.ARMED, Family.EXPLOSION})
_ARMED: Final = frozenset({Family.ARMED, Family.EXPLOSION, Family.AIR, Family.COUNTER_TERROR})
"""Papers tell one fight as an attack, as an operation, by its bombs or by its aircraft."""
_TELLABLE: Final = {
    Status.ACTUAL: frozenset({Status.ACTUAL, Status.FOILED, Status.DENIED}),
    Status.FOILED: frozenset({Status.ACTUAL, Status.FOILED, Status.DENIED}),
    Status.DENIED: frozenset({Status.ACTUAL, Status.FOILED, Status.DENIED}),
    Status.HISTORICAL: frozenset({Status.HISTORICAL, Status.DENIED}),
    Status.HYPOTHETICAL: frozenset[Status](),
    Status.STATISTICAL: frozenset[Status](),
}

_GRAVITY: Final = {
    EventType.BATTLES: 2,
    EventType.EXPLOSIONS: 2,
    EventType.CIVILIANS: 2,
    EventType.RIOTS: 1,
    EventType.PROTESTS: 1,
    EventType.STRATEGIC: 0,
}
"""Violence against people before unrest, unrest before looting, seizures of arms, arrests and agreements."""


def gravity(event: Event) -> int:
    """How much the kind of event weighs where accounts of one event differ in it."""
    return _GRAVITY[event.type]


def specific(sub_type: SubType | None) -> bool:
    """Whether the sub-type narrows down what happened."""
    return sub_type not in GENERIC


def families_fit(one: Family, one_type: SubType | None, other: Family, other_type: SubType | None) -> bool:
    """Equal, or a blast told as a plain attack by one of the two."""
    if one is other:
        return True
    return {one, other} == _ONE_OF_TWO and not {one_type, other_type}.isdisjoint(_PLAIN)


def comparable(one: Family, other: Family) -> bool:
    """Whether accounts of these families can be of one incident at all, given proof."""
    return one is other or (one in _ARMED and other in _ARMED)


def comparable_families(family: Family) -> tuple[Family, ...]:
    """The families that an incident may have to be worth comparing."""
    return tuple(sorted(_ARMED)) if family in _ARMED else (family,)


def statuses_fit(one: Status, other: Status) -> bool:
    """Whether one incident can be told so by two accounts. A threat or a total is no incident to join."""
    return other in _TELLABLE[one]


def confused(one: SubType | None, other: SubType | None) -> bool:
    """Whether two specific types are often told for one event."""
    return frozenset({one, other}) in _CONFUSED

"""What an update says has changed. Pure."""

from collections.abc import Iterable
from functools import reduce

from alerts.neutral import harmless
from alerts.phrases import Phrases
from alerts.toll_phrases import KINDS
from marsad.alert import Change


def changes(phrases: Phrases, found: Iterable[Change]) -> str:
    """All changes in a row."""
    return reduce(lambda one, after: phrases.words.and_then.format(one=one, next=after), _told(phrases, found))


def _told(phrases: Phrases, found: Iterable[Change]) -> list[str]:
    return [_change(phrases, one) for one in found] or [""]


def _change(phrases: Phrases, change: Change) -> str:
    """What changed, from what, to what."""
    field, after = phrases.words.fields[change.field], _value(phrases, change.field, change.after)
    if change.before is None:
        return phrases.words.change_new.format(field=field, after=after)
    return phrases.words.change.format(field=field, before=_value(phrases, change.field, change.before), after=after)


def _value(phrases: Phrases, field: str, value: str | None) -> str:
    if value is None:
        return "–"
    tables: dict[str, dict[str, str]] = {
        "status": dict(phrases.words.statuses),
        "initiator": {str(code): name for code, name in phrases.words.initiators.items()},
        "sub_type": {str(code): name for code, name in phrases.words.sub_types.items()},
    }
    if field in KINDS:
        return value.partition(" ")[0]  # the range stands in the toll's own line
    if field in ("claimed_by", "perpetrator"):
        return phrases.actors(value.split(","))
    if field == "place":
        return _place(phrases, value)
    return tables.get(field, {}).get(value, value)


def _place(phrases: Phrases, value: str) -> str:
    """``Gao, ML-7`` with the names that the language has for town and code."""
    name, _, code = value.rpartition(", ")
    country = code[:2]
    town = phrases.book.town(country, name, phrases.language)
    area = phrases.book.division(code, phrases.language) or phrases.book.country(code, phrases.language)
    return phrases.named([harmless(part, 80) for part in dict.fromkeys((town, area)) if part])

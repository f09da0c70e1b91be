"""The words of messages in each language, as the packaged files have them."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, Self

from pydantic import model_validator

from alerts.place_names import place_names
from marsad.codes import EventType, Initiator, Severity, Status, SubType
from marsad.yaml_config import ConfigModel, read_yaml, validate

LANGUAGES: Final = ("ar", "en", "fr")
_DEFAULTS: Final = Path(str(files("marsad"))) / "defaults"


class Plural(ConfigModel):
    """A phrase by CLDR plural category; ``{n}`` is the number."""

    one: str
    two: str | None = None
    few: str | None = None
    many: str | None = None
    other: str

    def form(self, language: str, number: int) -> str:
        """The phrase for a number."""
        phrase: str | None = getattr(self, plural_category(language, number))
        return (phrase or self.other).format(n=number)


class Words(ConfigModel):
    """One language's words and sentence frames. Frames are filled with ``str.format``."""

    title: str
    update: str
    cancel: str
    headline: str
    with_toll: str
    line: str
    comma: str
    and_then: str
    possible_repeat: str
    repeat_note: str
    late_note: str
    cancel_retracted: str
    cancel_denied: str
    possibly_note: str
    unplaced: str
    no_event: str
    around: str
    day: str
    change: str
    change_new: str
    toll_of: str
    range: str
    sources: Plural
    killed: Plural
    injured: Plural
    abducted: Plural
    labels: dict[str, str]
    severities: dict[Severity, str]
    statuses: dict[str, str]
    initiators: dict[Initiator, str]
    fields: dict[str, str]
    months: tuple[str, ...]
    owners: dict[str, str]
    types: dict[EventType, str]
    sub_types: dict[SubType, str]
    families: dict[str, str]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for kind, words in (
            (EventType, self.types),
            (SubType, self.sub_types),
            (Severity, self.severities),
            (Status, self.statuses),
            (Initiator, self.initiators),
        ):
            missing = [code.value for code in kind if code not in words]
            if missing or len(self.months) != 12:
                raise ValueError(f"not every code has its word: {', '.join(missing) or 'months'}")
        return self


class Phrasebook(ConfigModel):
    """All languages, the groups' names, and the countries' (code → language → name)."""

    ar: Words
    en: Words
    fr: Words
    actors: dict[str, dict[str, str]]
    countries: dict[str, dict[str, str]] = {}
    french_places: dict[str, str] = {}

    def words(self, language: str) -> Words:
        """A receiver's language; rules files hold no other than these three."""
        words: Words = getattr(self, language)
        return words

    def actor(self, actor: str, language: str) -> str:
        """A group's name, else its id."""
        return self.actors.get(actor, {}).get(language, actor)

    def town(self, country: str | None, name: str, language: str) -> str:
        """A town's or a division's name in a language, else as readings have it."""
        if language == "fr":
            return self.french_places.get(name, name)
        return place_names().town(country, name, language)

    def division(self, code: str, language: str) -> str:
        """A first-level division's name; empty where it is not known."""
        named = place_names().division(code, language)
        return self.french_places.get(named, named) if language == "fr" else named

    def country(self, code: str, language: str) -> str:
        """A country's name, else its code."""
        return self.countries.get(code, {}).get(language, code)


@cache
def phrasebook() -> Phrasebook:
    """The packaged words, read once."""
    book = validate(Phrasebook, read_yaml(_DEFAULTS / "messages.yaml"))
    return book.model_copy(update={"countries": _countries()})


def plural_category(language: str, number: int) -> str:
    """The CLDR plural category of a whole number in Arabic, English or French."""
    if language == "ar":
        last = number % 100
        if number in (1, 2):
            return ("one", "two")[number - 1]
        return "few" if 3 <= last <= 10 else "many" if 11 <= last <= 99 else "other"
    return "one" if number == 1 or (language == "fr" and number == 0) else "other"


def _countries() -> dict[str, dict[str, str]]:
    lines = (_DEFAULTS / "countries.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {code: dict(zip(LANGUAGES, names, strict=True)) for code, *names in rows}

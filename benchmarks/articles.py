"""Made-up articles for measuring: 3 to 5 kB, half Arabic, one in ten tells an attack. Same seed, same text.

Sentences are drawn from ``vocabulary.yaml``, with made-up names in them, so that two articles share about as
few sequences of words as two real ones of one desk; an attack is told by several papers, then the next one.
"""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from marsad.article import Article, Source, article_id

START = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
APART: Final = timedelta(seconds=20)
REPORTS: Final = 4
"""So many articles tell one attack, in the mean."""
_SYLLABLES: Final = {
    "arabic": ("با", "دو", "كي", "مر", "نا", "سو", "تي", "لا", "رو", "حم", "شي", "زا"),
    "latin": ("ba", "do", "ki", "mar", "na", "so", "ti", "la", "ro", "ham", "shi", "za"),
}

Slots = tuple[tuple[str, ...], ...]


class Tongue(msgspec.Struct, frozen=True):
    """What an article of one language is made of: slots of phrases, of which a sentence takes one each."""

    slots: Slots
    attack: Slots
    """The title of an attack; ``lead`` tells it again in other words."""
    lead: Slots
    places: tuple[str, ...]


class Told(msgspec.Struct):
    """The attack that the papers of one script tell now."""

    town: str
    toll: int


def vocabulary() -> dict[str, Tongue]:
    """The tongues by name."""
    return msgspec.yaml.decode(Path(__file__).with_name("vocabulary.yaml").read_bytes(), type=dict[str, Tongue])


def articles(count: int, *, seed: int = 7, attacks: float = 0.1, feeds: int = 50) -> list[Article]:
    """``count`` articles, ``APART`` each from the last, over ``feeds`` feeds."""
    draw, tongues = random.Random(seed), vocabulary()
    told: dict[str, Told] = {}
    return [_article(draw, number, attacks, feeds, tongues, told) for number in range(count)]


def _article(
    draw: random.Random, number: int, attacks: float, feeds: int, tongues: dict[str, Tongue], told: dict[str, Told]
) -> Article:
    arabic = number % 2 == 0
    script = "arabic" if arabic else "latin"
    tongue = tongues["arabic" if arabic else draw.choice(("english", "french"))]
    size = draw.randint(3_000, 5_000) // (2 if arabic else 1)  # an Arabic letter is two bytes of UTF-8
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < size:
        paragraphs.append(" ".join(f"{_sentence(draw, tongue, tongue.slots, script)}." for _ in range(3)))
    title, lead = _sentence(draw, tongue, tongue.slots, script), paragraphs[0]
    if draw.random() < attacks:
        now = _attack(draw, tongue, told.get(script))
        told[script] = now
        title = _sentence(draw, tongue, tongue.attack, script, now)
        lead = _sentence(draw, tongue, tongue.lead, script, now) + "."
    feed = f"feed-{number % feeds}"
    moment = START + number * APART
    return Article(
        id=article_id(feed, str(number)),
        source=Source(feed=feed, family=feed),
        link=f"https://{feed}.example/{number}",
        title=title,
        summary=lead,
        body="\n".join(paragraphs),
        published=moment,
        observed_at=moment,
    )


def _sentence(draw: random.Random, tongue: Tongue, slots: Slots, script: str, told: Told | None = None) -> str:
    words = [draw.choice(slot) for slot in slots]
    if told is None:
        words = [part for phrase in words for part in (phrase, _name(draw, script))][:-1]
    town, toll = (told.town, told.toll) if told else ("", draw.randint(3, 60))
    return " ".join(words).format(place=draw.choice(tongue.places), town=town, n=toll)


def _name(draw: random.Random, script: str) -> str:
    name = "".join(draw.choice(_SYLLABLES[script]) for _ in range(3))
    return name if script == "arabic" else name.capitalize()


def _attack(draw: random.Random, tongue: Tongue, told: Told | None) -> Told:
    """The attack that is being told, or the next one."""
    if told is None or draw.random() < 1 / REPORTS:
        return Told(draw.choice(tongue.places), draw.randint(3, 60))
    return told

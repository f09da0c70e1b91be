"""News whose alerts at the end do not depend on the order in which it is read, but for what is published far apart.

Each attack is in a division (province, state) of its own, so whatever arrives first the same articles join. What
changes an attack (a higher toll, a denial) is published ``apart`` articles after its first accounts: who publishes the
next article only when all but the last ``apart`` have been read makes sure that the change is read after them.
"""

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec

from benchmarks.articles import articles, vocabulary
from marsad.article import Article, Source
from marsad.codes import PlaceKind
from stream.reading.gazetteer import Gazetteer, GazetteerPlace
from stream.reading.reader import Reader

PART = 1_000
FEEDS = 40
SHORTEST = 5
"""Letters of a town's name: shorter ones are words as well."""
APART = 1.5
OURS = ("ML", "BF", "NE", "TD", "NG", "CM", "MR")
"""Countries of the shipped rules; their towns come first."""
HIGHEST = 1_000
SYLLABLES = ("ba", "do", "ki", "mar", "na", "so", "ti", "la", "ro", "ham", "shi", "za", "wel", "gu", "pe")
DONE = ("Gunmen", "Raiders", "Armed men", "Assailants")
SENTENCES = (
    "Mr {} {} runs a shop next to the {} bridge.",
    "Teacher {} {} had left with her class for {}.",
    "The {} river near {} and {} is high at this time.",
    "Pupils from {} went home by way of {} or {}.",
    "Elders named {}, {} and {} met at noon.",
    "Millet is sold at {} while {} and {} grow onions.",
    "A bus of the {} line stood between {} and {}.",
    "Phone lines to {} and {} were cut, says {}.",
)
"""Filled with made-up names."""
RULES = {
    "updates": {"every": "0s"},
    "rules": [
        {
            "name": "any-attack",
            "description": dict.fromkeys(("ar", "en", "fr"), "An attack anywhere"),
            "severity": "medium",
            "when": {
                "types": ["Battles", "Explosions/Remote violence", "Violence against civilians"],
                "fresh": True,
            },
            "sure": 0.5,
        }
    ],
}
"""Besides the shipped rules. With an update at once it does not matter how much time is between two accounts."""


def news(count: int, attacks: int, apart: int, today: datetime, *, seed: int = 3) -> list[Article]:
    """``count`` articles in the order of their publication, ``attacks`` events among them, each of one to three papers.

    An attack whose change would not fit behind its first accounts is not changed.
    """
    draw = random.Random(seed)
    told = [
        (position, article)
        for number, town in enumerate(towns(attacks, today))
        for position, article in _attack(draw, number, town, count, apart, today)
        if position < count
    ]
    others = enumerate(_others(count - len(told), seed))
    ordered = sorted([*told, *others], key=lambda one: one[0])
    return [_placed(article, number) for number, (_position, article) in enumerate(ordered)]


def beats(count: int, others: int, today: datetime, *, seed: int = 5) -> list[list[Article]]:
    """``count`` times an attack that one paper tells, with so many other articles behind it."""
    fill = _others(count * others, seed)
    numbers = itertools.count()
    told = (attack(number, town, today, 21 + number) for number, town in enumerate(towns(count, today)))
    return [[_placed(one, next(numbers)) for one in (first, *itertools.islice(fill, others))] for first in told]


def dated(article: Article, now: datetime) -> Article:
    """As it is published at ``now``."""
    return msgspec.structs.replace(article, published=now.replace(microsecond=0), observed_at=now)


def attack(number: int, town: str, today: datetime, killed: int, *, paper: int = 0) -> Article:
    """One paper's account, in much of its own words: texts that are alike would join whatever they tell."""
    who, done = ("Gunmen on motorcycles", "Armed men", "Unknown gunmen")[paper % 3], DONE[paper % len(DONE)]
    summary = f"{who} killed {killed} villagers in an attack in {town}, on {today:%A}, residents said."
    return Article(
        id=f"attack-{number}-{paper}",
        source=Source(feed=""),
        title=f"{done} kill {killed} villagers in {town}",
        summary=f"{summary} {_prose(number, paper)}",
        observed_at=today,
    )


def denial(number: int, town: str, today: datetime) -> Article:
    return Article(
        id=f"attack-{number}-denied",
        source=Source(feed=""),
        title=f"Army denies attack in {town}",
        summary=f"There was no attack in {town} on {today:%A}, a spokesman said. It was a false alarm. "
        f"{_prose(number, len(DONE))}",
        observed_at=today,
    )


def _prose(number: int, paper: int) -> str:
    draw = random.Random(number * 100 + paper)

    def name() -> str:
        return "".join(draw.choice(SYLLABLES) for _ in range(4)).capitalize()

    return " ".join(sentence.format(name(), name(), name()) for sentence in draw.sample(SENTENCES, 4))


def _attack(
    draw: random.Random, number: int, town: str, count: int, apart: int, today: datetime
) -> Iterator[tuple[float, Article]]:
    """By turns: one paper; three papers; three and one with a higher toll; two, and a denial."""
    # Accounts that agree on a number are taken for one event sooner: none has another's.
    killed, first = 21 + number, draw.uniform(0, count * 0.7)
    for paper in range((1, 3, 3, 2)[number % 4]):
        yield first + draw.uniform(0, apart / 2), attack(number, town, today, killed, paper=paper)
    later = first + apart * draw.uniform(1.7, 2.0)
    if number % 4 == 2:
        yield later, attack(number, town, today, 21 + 2 * HIGHEST + number, paper=3)
    elif number % 4 == 3:
        yield later, denial(number, town, today)


def _others(count: int, seed: int) -> Iterator[Article]:
    """No two alike, no attacks, and no place in them that could be an attack's. Each is a paragraph."""
    places = {place for tongue in vocabulary().values() for place in tongue.places}
    made = (
        msgspec.structs.replace(article, title=title, summary=summary, body="")
        for part in itertools.count()
        for article in articles(PART, seed=seed * 1_000_003 + part, attacks=0.0)
        for title, _, summary in (paragraph.partition(". ") for paragraph in article.body.splitlines())
        if not any(place in title or place in summary for place in places)
    )
    for number, article in enumerate(itertools.islice(made, count)):
        yield msgspec.structs.replace(article, id=f"other-{number}")


def _placed(article: Article, number: int) -> Article:
    """Each in the next feed, so that papers of one attack are different sources."""
    feed = f"feed-{number % FEEDS}"
    return msgspec.structs.replace(article, source=Source(feed=feed), link=f"https://{feed}.example/{article.id}")


def towns(count: int, today: datetime) -> list[str]:
    """The largest of each division, with its country, as far as the reader places an attack in it there."""
    reader, found = Reader.packaged(), list[GazetteerPlace]()
    countries = {place.country: place.name for place in _places() if place.kind is PlaceKind.COUNTRY}
    for place in _largest():
        if len(found) == count or place.country not in countries or any(_near(place, other) for other in found):
            continue
        event = reader.read(attack(0, f"{place.name}, {countries[place.country]}", today, 9)).event
        if event is not None and event.admin1 == place.admin1:
            found.append(place)
    if len(found) < count:
        raise ValueError(f"{count} attacks in {len(found)} divisions: ask for fewer")
    return [f"{place.name}, {countries[place.country]}" for place in found]


def _places() -> set[GazetteerPlace]:
    return {place for _name, _flag, meaning in Gazetteer.packaged().names if (place := meaning.place)}


def _largest() -> list[GazetteerPlace]:
    """The largest town of each division, our countries first."""
    towns = [one for one in _places() if one.kind is PlaceKind.TOWN and one.name.isalpha() and one.admin1]
    towns.sort(key=lambda one: (one.population, one.name))
    best = {one.admin1: one for one in towns if len(one.name) >= SHORTEST}
    rank = {country: number for number, country in enumerate(OURS)}
    return sorted(best.values(), key=lambda one: (rank.get(one.country, len(rank)), one.admin1))


def _near(one: GazetteerPlace, other: GazetteerPlace) -> bool:
    """In degrees, 100 to 200 km: two towns as near as that may be told of one event."""
    assert one.lat is not None
    assert one.lon is not None
    assert other.lat is not None
    assert other.lon is not None
    return abs(one.lat - other.lat) + abs(one.lon - other.lon) < APART


def today() -> datetime:
    """Noon: no text may tell another day at the end of a run than at its beginning."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)

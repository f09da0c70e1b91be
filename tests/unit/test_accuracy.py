"""The figures of `make accuracy`: what is right, how sure a figure is, and that no incident is in two folds."""

import datetime as dt
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from reading_builders import article, reader

from fitting import material
from fitting.accuracy import distance, f1_of, interval, placed, table, topic_class
from fitting.material import Example, kept_together
from marsad.codes import EventType, Family, Status
from marsad.reading import Event, Topic

SEEN = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)


def example(kind: str, group: str, **label: object) -> Example:
    known = {"country": None, "event_date": None, "published": "2025-03-01T00:00:00Z", "incident": group} | label
    return Example(group, kind, group, material.article(group, "t", "", "", SEEN), (0,) * 5, 1.0, known)


def groups(*examples: Example) -> list[str]:
    return [one.group for one in kept_together(examples)]


def test_one_country_and_day_is_one_incident_in_every_language() -> None:
    french = example("written_fr", "a", country="CD", event_date="2025-01-26")
    swahili = example("written_sw", "b", country="CD", event_date="2025-01-26")
    other_day = example("written_sw", "c", country="CD", event_date="2025-01-27")
    assert groups(french, swahili, other_day) == ["a", "a", "c"]


def test_news_joins_a_text_of_ours_that_follows_it_but_not_other_news() -> None:
    news = example("news_en", "CD-Goma-2025-01-26", country="CD")
    more = example("news_en", "CD-Bukavu-2025-01-30", country="CD")
    same = example("news_en", "CD-Uvira-2025-01-30", country="CD")
    ours = example("written_fr", "a", country="CD", event_date="2025-01-26")
    first, second, third, fourth = groups(news, ours, more, same)
    assert first == second
    assert len({first, third, fourth}) == 3


def test_groups_that_meet_twice_end_as_one() -> None:
    one = example("written_fr", "a", country="ML", event_date="2025-01-01")
    both = example("written_ha", "b", country="ML", event_date="2025-01-01")
    again = replace(both, label=both.label | {"event_date": "2025-01-02"})
    last = example("written_sw", "c", country="ML", event_date="2025-01-02")
    assert len(set(groups(one, both, again, last))) == 1


def test_without_a_date_told_our_text_has_that_of_its_publication() -> None:
    one = example("written_fr", "a", country="ML")
    other = example("written_ha", "b", country="ML", event_date="2025-03-01")
    assert groups(one, other) == ["a", "a"]
    assert groups(replace(one, label=one.label | {"country": None}), other) == ["a", "b"]


def test_distance() -> None:
    assert distance((0.0, 0.0), (0.0, 0.0)) == 0.0
    assert distance((0.0, 0.0), (0.0, 1.0)) == pytest.approx(111.2, abs=0.1)
    assert distance((12.65, -8.0), (12.65, 352.0)) == pytest.approx(0.0, abs=1e-6)


def test_f1() -> None:
    truth = np.array([1, 1, 0, 0])
    assert f1_of(truth, np.array([1, 0, 1, 0])) == 0.5
    assert f1_of(truth, truth) == 1.0
    assert f1_of(np.zeros(2), np.zeros(2)) == 0.0


def test_an_interval_draws_whole_incidents() -> None:
    right = np.array([1.0] * 50 + [0.0] * 50)
    alone = interval([str(at) for at in range(100)], lambda at: float(right[at].mean()))
    together = interval(["a"] * 50 + ["b"] * 50, lambda at: float(right[at].mean()))
    assert together == (0.0, 1.0)
    assert 0.35 < alone[0] < 0.5 < alone[1] < 0.65


EVENT = Event(
    type=EventType.BATTLES, sub_type=None, family=Family.ARMED,
    status=Status.ACTUAL, fresh=True, score=0.9, admin1="ML-7", lat=16.27, lon=-0.04,
)  # fmt: skip


def test_where_it_was() -> None:
    truth = {"admin1": "ML-7", "lat": 16.3, "lon": 0.0}
    assert all(placed(EVENT, truth).values())
    far = placed(EVENT, truth | {"admin1": "ML-8", "lat": 17.0})
    assert far == {"admin1": False, "admin1, where one is told": False, "town within 25 km": False}
    assert placed(None, truth) == {}
    assert placed(EVENT, {"admin1": None, "lat": None}) == {}


def test_the_class_is_that_of_the_first_topic_that_has_one() -> None:
    topics = [Topic(code=code, name="", score=1.0) for code in ("medtop:1", "medtop:2", "medtop:3")]
    several = msgspec.structs.replace(reader().read(article("A title")), topics=tuple(topics))
    assert topic_class(several, {"medtop:2": "b", "medtop:3": "c"}) == "b"
    assert topic_class(several, {}) is None


def test_a_table() -> None:
    assert table("T", [{"a": 1, "b": 2}]).splitlines() == ["### T", "", "| a | b |", "|---|---|", "| 1 | 2 |"]


def test_every_class_of_the_map_is_one_of_its_set() -> None:
    classes = material.topic_classes()
    assert set(classes) == {"sib200", "news_dev"}
    assert set(classes["news_dev"].values()) == {
        "business", "entertainment", "health", "politics", "religion", "sports", "technology",
    }  # fmt: skip
    assert all(code.startswith("medtop:") for known in classes.values() for code in known)

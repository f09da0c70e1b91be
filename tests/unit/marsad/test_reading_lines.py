import datetime as dt
import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from unit.strategies.story_readings import Folded, event, reading, toll

from marsad.alert import Change, Decision, LedgerEntry
from marsad.codes import PlaceKind, Role
from marsad.log import Decided, Ticked
from marsad.reading import Evidence, Place, Topic
from marsad.reading_lines import alert_lines, reading_line, reading_regions, zulu
from marsad.regions import Region

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
WORD = Evidence(feature="event", term="attack", points=2.5, start=3, end=9)
REGIONS = {
    "mali": Region(label={"en": "Mali"}, countries=frozenset({"ML"})),
    "soum": Region(label={"en": "Soum"}, admin1=frozenset({"BF-12"})),
}


def place(**changes) -> Place:
    base = {
        "name": "Gao", "geonames_id": 1, "country": "ML", "admin1": "ML-7", "region": None, "kind": PlaceKind.TOWN,
        "lat": 16.3, "lon": 0.0, "role": Role.EVENT, "salience": 0.5, "start": 3, "end": 6,
    }  # fmt: skip
    return Place(**base | changes)


def test_a_reading_has_the_keys_of_the_contract() -> None:
    told = event(killed=toll(8, 8, 12, owner="officials"), evidence=(WORD,))
    line = reading_line(reading("one", told, actors=("jnim",), topics=("medtop:1",)), REGIONS, ["attack"])
    assert list(line) == [
        "id", "language", "genre", "topics", "places", "countries", "regions", "scores", "actors", "event", "appended",
        "alerts",
    ]  # fmt: skip
    assert line["regions"] == ("soum",)
    assert line["event"]["killed"] == {"best": 8, "low": 8, "high": 12, "owner": "officials"}
    assert line["event"]["injured"] is None
    assert line["event"]["date"] == "2026-11-16"
    assert line["event"]["evidence"] == [{"feature": "event", "term": "attack", "points": 2.5, "start": 3, "end": 9}]
    assert line["actors"] == [{"id": "jnim", "role": "perpetrator"}]
    assert json.loads(json.dumps(line))["alerts"] == ["attack"]


def test_without_an_event_the_scores_are_there_all_the_same() -> None:
    line = reading_line(reading("one", None), REGIONS, [])
    assert line["event"] is None
    assert set(line["scores"]) == {"violence", "fresh", "actual", "fresh_event"}


def test_evidence_is_added_on_request() -> None:
    assert "evidence" in reading_line(reading("one", None), REGIONS, [], evidence=True)


@pytest.mark.parametrize(
    ("told", "places", "countries", "regions"),
    [
        pytest.param(event(town="Gao"), (), {"BF": 0.9}, ("mali",), id="where the event is"),
        pytest.param(None, (), {"ML": 0.4}, ("mali",), id="else the salient countries"),
        pytest.param(None, (place(country="BF", admin1="BF-12"),), {}, ("soum",), id="and their places"),
        pytest.param(None, (place(salience=0.01),), {}, (), id="but not every place that is named"),
        pytest.param(None, (), {"FR": 0.9}, (), id="or none"),
    ],
)
def test_the_regions_of_a_reading(told, places, countries, regions) -> None:
    one = replace(reading("one", told, countries=countries), places=places)
    assert reading_regions(one, REGIONS) == regions


def decided(decision: Decision, story: str = "s-one", **changes) -> Decided:
    base = {"at": NOON, "decision": decision, "rule": "r", "story": story, "story_version": 1, "reason": "why"}
    return Decided(entry=LedgerEntry(**base | changes))


def test_what_is_told_becomes_a_line_and_what_is_not_does_not() -> None:
    folded = Folded([reading("one", event(killed=8))])
    change = Change(field="killed", before="8", after="9")
    effects = [
        decided(Decision.SEND), decided(Decision.HOLD), decided(Decision.KNOWN), decided(Decision.NEAR_MISS),
        decided(Decision.UPDATE, changed=(change,)), decided(Decision.DELIVERED), Ticked(minute=NOON),
        decided(Decision.CANCEL),
    ]  # fmt: skip
    lines = alert_lines(effects, folded.stories.get)
    assert [line["kind"] for line in lines] == ["alert", "update", "cancel"]
    assert [line["changed"] for line in lines] == [[], ["killed"], []]
    first = lines[0]
    assert (first["at"], first["articles"], first["sources"]) == ("2026-11-16T12:00:00Z", ["one"], 1)
    assert first["event"]["killed"]["best"] == 8
    assert {"type", "sub_type", "country", "place", "date"} <= set(first["event"])


def test_a_story_that_is_no_longer_known_is_told_with_what_the_ledger_has() -> None:
    (line,) = alert_lines([decided(Decision.SEND, articles=("a", "b"))], lambda _story: None)
    assert (line["articles"], line["sources"], line["event"]) == (["a", "b"], 0, None)


def test_topics_have_code_name_and_score() -> None:
    one = replace(reading("one", None), topics=(Topic(code="medtop:1", name="war", score=0.5),))
    assert reading_line(one, REGIONS, [])["topics"] == [{"code": "medtop:1", "name": "war", "score": 0.5}]


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2026-11-16T12:00:00Z"),
        (NOON.replace(microsecond=250_000), "2026-11-16T12:00:00.250000Z"),
        (datetime(2026, 11, 16, 12, tzinfo=dt.timezone(dt.timedelta(hours=1))), "2026-11-16T12:00:00+01:00"),
    ],
)
def test_times(moment: datetime, text: str) -> None:
    assert zulu(moment) == text

"""Words to documents: every field is one of the mapping, ids and versions are deterministic."""

import datetime as dt
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from unit.strategies.story_readings import event, reading, toll

from marsad.alert import Alert, AlertState, Change, Decision, LedgerEntry
from marsad.article import Source
from marsad.codes import PlaceKind, Severity
from marsad.parked import ParkedThing
from marsad.reading import Actor, Place
from marsad.story import Incident, Story
from stream.index.elastic_documents import Documents, folded
from stream.index.elastic_indices import Kind
from stream.index.elastic_labels import LabelNames
from stream.index.elastic_mappings import COMMON, FIELDS
from stream.index.protocol import Indexed

NOON = datetime(2026, 11, 16, 12, 0, 0, 123456, tzinfo=UTC)
NAMES = LabelNames(
    countries={"BF": {"ar": "بوركينا فاسو", "fr": "Burkina Faso", "en": "Burkina Faso"}},
    topics={"medtop:1": {"en": "armed conflict", "fr": "Conflit armé"}},
    actors={"jnim": {"en": "JNIM", "fr": "JNIM (GSIM)", "ar": "نصرة الإسلام"}},
)
DOCUMENTS = Documents(NAMES)


def indexed(told=None, **fields):
    read = reading("a1", told, **fields)
    return Indexed(reading=msgspec.structs.replace(read, observed_at=NOON), text="Texte", labels=("Mali",))


def incident(**fields):
    values = {name: getattr(event(**fields), name, None) for name in Incident.__struct_fields__}
    defaults = {"probability": 0.8, "scores": reading("x", None).scores, "tolls": (), "actors": ("jnim",)}
    return Incident(**values | defaults | {"perpetrators": ("jnim",), "retracted": False})


def story(**fields):
    values = {
        "id": "s-1",
        "version": 3,
        "title": "Djibo",
        "language": "fr",
        "opened_at": NOON,
        "updated_at": NOON + timedelta(hours=1),
        "members": ("a1", "a2"),
        "families": ("afp", "rfi"),
        "languages": ("ar", "fr"),
        "incident": incident(killed=3),
        "countries": {"NE": 0.2},
        "regions": ("sahel",),
        "reason": "a second source",
    }
    return Story(**values | fields)


def alert(**fields):
    values = {
        "id": "a-1",
        "rule": "attacks",
        "story": "s-1",
        "severity": Severity.HIGH,
        "state": AlertState.NEW,
        "created_at": NOON,
        "updated_at": NOON,
        "reason": "sure",
        "story_version": 3,
        "sources": 2,
        "articles": ("a1",),
        "incident": incident(),
        "receivers": ("desk",),
        "told_at": NOON,
    }
    return Alert(**values | fields)


def entry(**fields):
    values = {
        "at": NOON,
        "decision": Decision.UPDATE,
        "rule": "attacks",
        "story": "s-1",
        "story_version": 3,
        "reason": "the toll rose",
        "alert": "a-1",
        "changed": (Change(field="killed", before="3", after="5"),),
    }
    return LedgerEntry(**values | fields)


def flat(document, prefix=""):
    """Field → value, objects opened as Elasticsearch does."""
    found = {}
    for name, value in document.items():
        if isinstance(value, dict) and f"{prefix}{name}" != "incident.geo.location":
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


EVERY = [
    DOCUMENTS.article(
        indexed(
            event(killed=toll(3, owner="official"), admin1="BF-12", claimed_by="jnim"),
            topics=("medtop:1",),
            actors=("jnim",),
        )
    ),
    DOCUMENTS.article(indexed(None)),
    DOCUMENTS.story(story()),
    DOCUMENTS.story(story(incident=None, possibly_same_as="s-0", alias_of="s-9", open=False)),
    DOCUMENTS.alert(alert()),
    DOCUMENTS.alert(alert(incident=None, acknowledged_by="officer", note="seen", late=True)),
    DOCUMENTS.ledger(entry()),
    DOCUMENTS.parked(
        "p1", ParkedThing(step="read", subject="a1", at=NOON, error="boom", body=b"", origin="articles/3/17"), 17
    ),
]


@pytest.mark.parametrize("operation", EVERY, ids=lambda one: f"{one.place.kind}")
def test_every_field_is_one_of_the_mapping(operation):
    fields = flat(operation.document)
    known = {**COMMON, **FIELDS[operation.place.kind]}
    assert set(fields) - set(known) == set()
    assert [name for name, value in fields.items() if value in (None, "", (), [])] == []
    assert fields["event.id"] == operation.id
    assert fields["event.dataset"] == f"marsad.{operation.place.kind}"


def test_an_article_by_its_own_language_names_and_forms():
    operation = DOCUMENTS.article(indexed(event(), topics=("medtop:1",), actors=("jnim",), language="fr"))
    fields = flat(operation.document)
    assert (operation.place.kind, operation.place.month, operation.id) == (Kind.ARTICLES, "2026.11", "a1")
    assert operation.version == fields["article.revision"] == 1
    assert fields["@timestamp"] == "2026-11-16T12:00:00.123456Z"
    assert fields["text.fr"] == "Texte"
    assert fields["labels.fr"] == ["Burkina Faso", "Conflit armé", "JNIM (GSIM)"]
    assert fields["labels.ar"] == ["بوركينا فاسو", "نصرة الإسلام"]
    assert (fields["folded.text"], fields["folded.concepts"]) == ("texte", "mali")
    assert fields["about.country"] == ["BF"]
    assert (fields["incident.type"], fields["incident.date"]) == ("Violence against civilians", "2026-11-16")


@pytest.mark.parametrize(
    ("language", "field"), [("ar", "ar"), ("ar-SY", "ar"), ("FR", "fr"), ("ha", "other"), ("und", "other")]
)
def test_text_goes_into_the_field_of_its_language(language, field):
    read = msgspec.structs.replace(reading("a1", None), language=language)
    assert list(DOCUMENTS.article(Indexed(reading=read, text="x")).document["text"]) == [field]


@pytest.mark.parametrize(
    ("kind", "lat", "point", "precision"),
    [
        (PlaceKind.TOWN, 14.1, {"lat": 14.1, "lon": -1.63}, "town"),
        (PlaceKind.ADMIN1, 14.1, {"lat": 14.1, "lon": -1.63}, "admin1"),
        (PlaceKind.COUNTRY, 14.1, None, "country"),
        (PlaceKind.REGION, 14.1, None, "region"),
        (PlaceKind.TOWN, None, None, "town"),
    ],
)
def test_only_a_town_or_a_division_has_a_point_on_the_map(kind, lat, point, precision):
    told = msgspec.structs.replace(event(), place_kind=kind, lat=lat)
    geo = DOCUMENTS.article(indexed(told)).document["incident"]["geo"]
    assert (geo.get("location"), geo["precision"]) == (point, precision)
    assert (geo["country_iso_code"], geo["region_iso_code"]) == ("BF", "BF-12")


def test_a_place_without_a_name_is_as_exact_as_its_code():
    def precision(**fields):
        told = msgspec.structs.replace(event(), place=None, place_kind=None, lat=None, lon=None, **fields)
        return DOCUMENTS.article(indexed(told)).document["incident"].get("geo", {}).get("precision")

    assert precision() == "admin1"
    assert precision(admin1=None) == "country"
    assert precision(admin1=None, country=None, region="sahel") == "region"
    assert precision(admin1=None, country=None) is None


def test_a_storys_version_and_an_alerts_time_are_their_documents():
    assert DOCUMENTS.story(story()).version == 3
    earlier, later = (DOCUMENTS.alert(alert(updated_at=NOON + timedelta(microseconds=n))).version for n in (0, 1))
    assert later == earlier + 1
    zone = dt.timezone(timedelta(hours=2))
    assert DOCUMENTS.alert(alert(updated_at=NOON.astimezone(zone))).version == earlier


def test_an_alert_can_be_sorted_by_severity():
    document = DOCUMENTS.alert(alert()).document
    assert (document["event"]["severity"], document["alert"]["severity"]) == (3, "high")


def test_equal_decisions_are_one_and_others_are_not():
    first, again, other = Documents.ledger(entry()), Documents.ledger(entry()), Documents.ledger(entry(reason="x"))
    assert first.id == again.id != other.id
    assert first.version is None
    assert first.place.month == "2026.11"
    assert first.document["ledger"]["changed"] == ["killed: 3 → 5"]


def test_what_was_replayed_is_deleted_and_may_be_parked_again():
    thing = ParkedThing(step="read", subject="a", at=NOON, error="e", body=b"")
    parked, gone, again = (
        Documents.parked("p", thing, 3),
        Documents.no_longer_parked("p", 4),
        Documents.parked("p", thing, 5),
    )
    assert gone.document is None
    assert (gone.place, gone.id) == (parked.place, parked.id) == (again.place, again.id)
    assert [parked.version, gone.version, again.version] == [3, 4, 5]


def test_the_folded_form_is_words_only():
    assert folded("L’attaque à Gao : 50 % de مَالي\n") == "l attaque a gao 50 de مالي"


def test_source_and_places_are_told():
    read = msgspec.structs.replace(
        reading("a1", None),
        source=Source(feed="f", name="Paper", family="p", country="FR", reliability="B", tags=("wire",), tlp="GREEN"),
        places=(Place(name="Gao", kind=PlaceKind.TOWN), Place(name="Gao", kind=PlaceKind.ADMIN1)),
        actors=(Actor(id="unheard-of"),),
    )
    fields = flat(DOCUMENTS.article(Indexed(reading=read, text="x", regions=("sahel",))).document)
    assert fields["tags"] == ("wire",)
    assert (fields["feed.slug"], fields["feed.tlp"], fields["feed.reliability"]) == ("f", "GREEN", "B")
    assert (fields["about.place"], fields["about.actor"]) == (["Gao"], ["unheard-of"])
    assert fields["about.region"] == ["sahel"]

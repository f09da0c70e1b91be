"""Which place a name means, what it does in its sentence, and where the event was. Sentences are our own."""

import pytest

from marsad.codes import PlaceKind, Role
from marsad.reading import Place
from stream.reading.event_place import event_place
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.places import Page, focus, places, told_places
from stream.reading.text import Text


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([*Lexicon.packaged().terms(), *Gazetteer.packaged().terms()])


def read(matcher: Matcher, raw: str, *, events: bool = True, feed: str | None = None) -> tuple[Place, ...]:
    text = Text(raw)
    page = Page(title=text.sentences[:1], lead=text.sentences[1:3], body=text.sentences[3:])
    sentences = text.sentences if events else ()
    return places(text, matcher.find(text), page=page, event_sentences=sentences, language="und", feed_country=feed)


def told(matcher: Matcher, raw: str) -> Place | None:
    return event_place(read(matcher, raw), Text(raw).sentences)


def codes(found: tuple[Place, ...]) -> set[str]:
    return {place.country or place.region or "" for place in found}


def role(found: tuple[Place, ...], country: str) -> Role:
    return next(place.role for place in found if place.country == country)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("الشركة تمر بوضع مالي صعب", set(), id="مالي the adjective"),
        pytest.param("هجوم جديد في مالي", {"ML"}, id="مالي behind a preposition"),
        pytest.param("مالي: مقتل جنود", {"ML"}, id="مالي opens the text"),
        pytest.param("وزارة المالية تعلن الميزانية", set(), id="the ministry of finance"),
        pytest.param("الجيش المالي يعلن مقتل مسلحين", {"ML"}, id="the Malian army"),
        pytest.param("غرق قارب في نهر النيجر", set(), id="the river"),
        pytest.param("هجوم في ولاية النيجر", {"NG"}, id="Niger State in Arabic"),
        pytest.param("Gunmen kill ten in Niger State", {"NG"}, id="Niger State"),
        pytest.param("Blast in the Niger Delta", {"NG"}, id="Niger Delta"),
        pytest.param("Attaque dans la ville nigérienne", {"NE"}, id="nigérienne"),
        pytest.param("L'armée nigériane riposte", {"NG"}, id="nigériane"),
        pytest.param("هجوم على سوق في ساحل العاج", {"CI"}, id="Ivory Coast, not the Sahel"),
        pytest.param("فوز النجم الساحلي على ضيفه", set(), id="a football club"),
        pytest.param("قصف على قرى الساحل السوري", {"SY"}, id="Syria's coast"),
        pytest.param("انفجار في غينيا بيساو", {"GW"}, id="Guinea-Bissau"),
        pytest.param("اشتباكات في جنوب السودان", {"SS"}, id="South Sudan"),
        pytest.param("حريق في جيبوتي", {"DJ"}, id="Djibouti holds Djibo"),
        pytest.param("Chad Morrison scores twice", set(), id="a man called Chad"),
        pytest.param("Soldiers killed in Chad", {"TD"}, id="Chad behind a preposition"),
        pytest.param("Chad's army says ten killed", {"TD"}, id="Chad's"),
        pytest.param("Gunmen kill ten in Benin City", {"NG"}, id="Benin City"),
        pytest.param("نتائج دوري أبطال أوروبا", set(), id="دوري the league"),
        pytest.param("مقتل جنود قرب دوري في بوركينا فاسو", {"BF"}, id="Dori with its country"),
        pytest.param("في إطار التعاون الأمني", set(), id="إطار the framework"),
        pytest.param("تصريح نيجيرفان بارزاني", set(), id="a name that begins like Niger"),
        pytest.param("Fighting in DR Congo", {"CD"}, id="DR Congo"),
        pytest.param("A guinea pig show", set(), id="guinea pig"),
    ],
)
def test_homonyms(matcher: Matcher, raw: str, expected: set[str]) -> None:
    assert codes(read(matcher, raw)) == expected


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        pytest.param("معارك في طرابلس بين فصائل ليبية في ليبيا", "LY", id="Libya"),
        pytest.param("اشتباكات في طرابلس شمال لبنان", "LB", id="Lebanon"),
    ],
)
def test_a_name_of_two_cities_is_told_by_its_country(matcher: Matcher, raw: str, country: str) -> None:
    found = [place for place in read(matcher, raw) if place.kind is PlaceKind.TOWN]
    assert {place.country for place in found} == {country}


def test_lake_chad_lies_in_the_country_that_is_named(matcher: Matcher) -> None:
    place = told(matcher, "Niger : six soldats tués au lac Tchad")
    assert place
    assert (place.country, place.admin1, place.region, place.lat) == ("NE", "NE-2", "lake-chad", None)


def test_lake_chad_alone_lies_in_no_country(matcher: Matcher) -> None:
    place = told(matcher, "Attack on Lake Chad fishermen")
    assert place
    assert (place.kind, place.country, place.region) == (PlaceKind.REGION, None, "lake-chad")


def test_an_area_of_several_named_countries_stays_an_area(matcher: Matcher) -> None:
    found = read(
        matcher, "Pourquoi les attaques se multiplient au Sahel.\nDix ans au Mali, au Niger et au Burkina Faso."
    )
    assert ("sahel", None) in {(place.region, place.country) for place in found}


def test_the_border_is_not_the_place(matcher: Matcher) -> None:
    found = read(matcher, "Bénin : attaque dans l'Alibori, près de la frontière avec le Niger")
    assert role(found, "NE") is Role.BORDER
    assert {place.role for place in found if place.country == "BJ"} == {Role.EVENT}


@pytest.mark.parametrize(
    ("raw", "acts", "suffers"),
    [
        ("تركيا تقصف مواقع في شمال سوريا", "TR", "SY"),
        ("غارة أميركية تقتل مسلحين في الصومال", "US", "SO"),
        ("Turkey bombs positions in northern Iraq", "TR", "IQ"),
    ],
)
def test_who_acts_is_not_where(matcher: Matcher, raw: str, acts: str, suffers: str) -> None:
    found = read(matcher, raw)
    assert role(found, acts) is not Role.EVENT
    assert role(found, suffers) is Role.EVENT
    place = told(matcher, raw)
    assert place
    assert place.country == suffers


def test_a_minister_is_a_source(matcher: Matcher) -> None:
    found = read(matcher, "قال وزير الخارجية الفرنسي إن الهجوم وقع في غاو في مالي")
    assert role(found, "FR") is Role.SOURCE


def test_a_summit_is_a_venue(matcher: Matcher) -> None:
    assert role(read(matcher, "Sommet des chefs d'État à Bruxelles", events=False), "BE") is Role.VENUE


def test_four_countries_are_a_list(matcher: Matcher) -> None:
    found = read(matcher, "Ministers of Ghana, Togo, Senegal and Kenya signed", events=False)
    assert {place.role for place in found} == {Role.LIST}


@pytest.mark.parametrize(
    ("raw", "name", "admin1"),
    [
        ("Burkina Faso: troops ambushed.\nFive soldiers were killed near Djibo.", "Djibo", "BF-SOM"),
        ("هجوم في تشاد.\nقتل جنود في بحيرة تشاد.", "Lake Chad", "TD-LC"),
    ],
)
def test_a_country_is_made_exact_by_a_later_stretch(matcher: Matcher, raw: str, name: str, admin1: str) -> None:
    place = told(matcher, raw)
    assert place
    assert (place.name, place.admin1) == (name, admin1)


def test_no_place_from_the_body(matcher: Matcher) -> None:
    raw = "Attack kills ten.\nOfficials confirmed it.\nNo claim yet.\nElsewhere, Mali held talks in Bamako."
    assert event_place(read(matcher, raw), Text(raw).sentences[:3]) is None


def test_offsets_cut_the_name_out_of_the_raw_text(matcher: Matcher) -> None:
    raw = "هجوم بالنيجر.\nوقال شهود في النيجر إن الهجوم وقع ليلا."
    (place,) = read(matcher, raw)
    assert [raw[start:end] for start, end in place.mentions] == ["النيجر", "النيجر"]
    assert (place.start, place.end) == place.mentions[0]


def test_furniture_names_no_place(matcher: Matcher) -> None:
    text = Text("Attack in Mali.\nRead also: Paris, Berlin.")
    assert codes(places(text, matcher.find(text), page=Page(title=text.sentences[:1]))) == {"ML"}


def test_countries_and_areas_have_no_point_and_towns_have(matcher: Matcher) -> None:
    points = {place.kind: place.lat for place in read(matcher, "Attack in Mali, near Gao, in the Sahel")}
    assert points[PlaceKind.COUNTRY] is None
    assert points[PlaceKind.REGION] is None
    assert points[PlaceKind.TOWN] == pytest.approx(16.27, abs=0.05)


def test_salience_sums_to_one_and_focus_keeps_what_matters(matcher: Matcher) -> None:
    found = read(matcher, "Attack in Mali kills ten near Gao.\nMali blames Niger, near the border with Algeria.")
    assert sum(place.salience for place in found) == pytest.approx(1, abs=0.001)
    assert next(iter(focus(found))) == "ML"
    assert "DZ" not in focus(found)
    assert focus(()) == {}


def test_the_feeds_country_tells_small_towns_apart(matcher: Matcher) -> None:
    raw = "Kaya : deux blessés dans une embuscade"
    assert codes(read(matcher, raw)) == set()
    assert codes(read(matcher, raw, feed="BF")) == {"BF"}


def test_the_same_text_reads_the_same(matcher: Matcher) -> None:
    raw = "Attack in Mali near Gao and Kidal, Niger and Chad.\nالنيجر وتشاد"
    assert read(matcher, raw) == read(matcher, raw)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("Dix soldats tués près d'Ansongo, dans la région de Gao", "Ansongo", id="fr"),
        pytest.param("Ten soldiers killed in Ansongo, Gao region", "Ansongo", id="en"),
        pytest.param("مقتل عشرة جنود في هجوم قرب أنسونغو بمنطقة غاو", "Ansongo", id="ar"),
        pytest.param("Attaque dans la région de Gao, à Ansongo : dix morts", "Ansongo", id="region first"),
    ],
)
def test_a_town_beats_its_region(matcher: Matcher, raw: str, name: str) -> None:
    found = told(matcher, raw)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("A convoy from Ouagadougou to Djibo was ambushed near Barsalogho", "Barsalogho", id="en"),
        pytest.param("Un convoi entre Gao et Ansongo attaqué près de Labbezanga", "Labbezanga", id="fr"),
        pytest.param("كمين قرب نيونو استهدف قافلة متجهة إلى تمبكتو", "Niono", id="ar"),
        pytest.param("Ambush on the road to Djibo kills ten", "Djibo", id="no other place"),
    ],
)
def test_the_ends_of_a_way_are_not_the_place(matcher: Matcher, raw: str, name: str) -> None:
    found = told(matcher, raw)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("BAMAKO (AFP) - Dix civils tués à Bankass", "Bankass", id="agency"),
        pytest.param(
            "Attack on a village\nBAMAKO — Ten civilians were killed in Bankass", "Bankass", id="dash in the lead"
        ),
        pytest.param("هجوم على قرية\nباماكو - قتل ستة جنود في نيونو", "Niono", id="ar"),
        pytest.param("Djibo — dix morts dans une attaque", "Djibo", id="a bare dash in a title is no dateline"),
        pytest.param("Gao (AFP) - Dix morts dans un attentat", "Gao", id="no other place"),
    ],
)
def test_where_it_was_written_is_not_the_place(matcher: Matcher, raw: str, name: str) -> None:
    found = told(matcher, raw)
    assert found
    assert found.name == name


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        pytest.param("تركيا تقصف مواقع داعش في سورية", "SY", id="ar, a name that is also the adjective"),
        pytest.param("المقاتلات التركية تقصف مواقع داخل الأراضي السورية", "SY", id="ar, soil"),
        pytest.param("La Turquie bombarde une ville syrienne", "SY", id="fr, town"),
        pytest.param("Turkish jets bomb a Syrian town", "SY", id="en, town"),
        pytest.param("Moscow shells Kharkiv", "UA", id="a capital that acts"),
        pytest.param("Israeli missiles hit Syria", "SY", id="an adjective that Swahili has as the name"),
        pytest.param("Mali Islamists Kill at Least 49 Civilians", "ML", id="no person of that name"),
        pytest.param("Burkina Faso says 28 soldiers were killed", "BF", id="who speaks, where no other is named"),
    ],
)
def test_the_attacked_land_is_the_place(matcher: Matcher, raw: str, country: str) -> None:
    text = Text(raw)
    page = Page(title=text.sentences)
    found = told_places(text, matcher.find(text), page=page, event_sentences=text.sentences)
    place = event_place(found.places, text.sentences, found.passing)
    assert place
    assert place.country == country

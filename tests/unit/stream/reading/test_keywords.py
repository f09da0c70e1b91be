import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.keywords import Keywords
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.segment import segment
from stream.reading.text import Text
from stream.reading.topics import TOPIC, TopicTable

TABLE = TopicTable.packaged()


@pytest.fixture(scope="module")
def matcher():
    built = Matcher(TABLE.terms(Lexicon.packaged().entries), TOPIC)
    return built, Keywords(built.counted, TABLE)


def read_all(matcher, pages):
    words, keywords = matcher
    return keywords.topics(words.matches([Text(page.text) for page in pages]), pages)


def read(matcher, title, body=""):
    (told,) = read_all(matcher, [segment(title, "", body)])
    return told


def codes(read_topics):
    return [topic.code for topic in read_topics]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("مقتل جنود في كمين مسلح واشتباكات عنيفة", "medtop:20000056"),
        ("انتخابات رئاسية: الناخبون أمام صناديق الاقتراع", "medtop:20000574"),
        ("زلزال عنيف يضرب المدينة وفرق الدفاع المدني تبحث عن ناجين", "medtop:03000000"),
        ("منتخب مصر يفوز في مباراة كرة القدم", "medtop:15000000"),
        ("ارتفاع التضخم والبنك المركزي يرفع أسعار الفائدة", "medtop:04000000"),
        ("Élection présidentielle : les électeurs aux urnes", "medtop:20000574"),
        ("Choléra : campagne de vaccination dans trois régions", "medtop:07000000"),
        ("Grève des enseignants : les syndicats maintiennent le mot d'ordre", "medtop:09000000"),
        ("Sommet : la diplomatie et la médiation au menu", "medtop:20000639"),
        ("Inflation rises as central bank holds interest rates", "medtop:04000000"),
        ("Heatwave and snow: the weather forecast", "medtop:17000000"),
        ("Supreme Court judge hands down verdict", "medtop:20000106"),
        ("Soldiers seize power in military coup, junta says", "medtop:20000070"),
        ("Scientists use artificial intelligence and a telescope", "medtop:13000000"),
        ("Pope leads prayer at the Vatican", "medtop:12000000"),
        ("Film festival honours actress and singer", "medtop:01000000"),
        ("Dalibai sun koma makaranta don jarabawa", "medtop:05000000"),
        ("Wapiga kura katika uchaguzi mkuu", "medtop:20000574"),
        ("Refugees and migrants face poverty", "medtop:14000000"),
        ("Climate change: emissions and deforestation", "medtop:06000000"),
    ],
)
def test_what_a_headline_is_about(matcher, title, code):
    assert code in codes(read(matcher, title))


def test_each_topic_has_its_evidence_and_score(matcher):
    body = "The central bank spoke of food prices on Monday, and of food prices."
    (first, *_rest) = read(matcher, "Food prices rise", body)
    assert (first.code, first.name) == ("medtop:04000000", "economy, business and finance")
    assert 0.4 < first.score < 1.0
    assert [(one.term, one.start, one.end, one.points) for one in first.evidence] == [
        ("food prices", 0, 11, 4.5),
        ("central bank", 21, 33, 3.0),
        ("food prices", 43, 54, 2.7),
    ]


def test_a_parent_holds_as_surely_as_its_topic(matcher):
    scores = {topic.code: topic.score for topic in read(matcher, "Gunmen ambush army patrol, clashes go on")}
    assert scores["medtop:16000000"] >= scores["medtop:20000056"]


@pytest.mark.parametrize(
    "title", ["Star recovers after heart attack", "Explosion des prix du mil", "هجوم لاذع على المدرب"]
)
def test_words_in_a_blocked_phrase_are_no_conflict(matcher, title):
    assert "medtop:20000056" not in codes(read(matcher, title))
    assert "medtop:16000000" not in codes(read(matcher, title))


def test_captions_and_what_follows_the_end_say_nothing(matcher):
    rest = "Related articles\nFootball league: the match of the champions"
    body = f"The weather was fine on Monday.\nFootball match at the stadium in May (AFP)\n{rest}"
    assert "medtop:15000000" not in codes(read(matcher, "A quiet day", body))


def test_nothing_is_about_nothing(matcher):
    assert read(matcher, "") == ()
    assert read(matcher, "He went home") == ()
    assert read_all(matcher, []) == []


def test_a_word_said_thrice_counts_for_two(matcher):
    said = [f"People spoke of food prices on {day}." for day in ("Monday", "Tuesday", "Friday")]
    (twice, *_), (thrice, *_) = read(matcher, "Report", " ".join(said[:2])), read(matcher, "Report", " ".join(said))
    assert [one.start for one in twice.evidence] == [one.start for one in thrice.evidence]
    assert twice.score == thrice.score


def test_of_two_keywords_of_a_topic_the_longer_counts_where_it_covers_the_other(matcher):
    (first, *_rest) = read(matcher, "Food prices and prices")
    assert (first.evidence[0].term, first.evidence[0].start) == ("food prices", 0)
    assert all(one.start != len("Food ") for one in first.evidence)


def test_a_parent_without_words_of_its_own_shows_its_topics():
    rows = ("medtop:1 en farming 0 name", "medtop:2 en goats medtop:1 name", "medtop:3 en sheep medtop:1 name")
    words = ("medtop:2 en goat 3 w", "medtop:3 en ewe 2 w")
    table = TopicTable.from_tsv("\n".join(row.replace(" ", "\t") for row in (*rows, *words)))
    small = Matcher(table.terms(()), TOPIC)
    page = segment("A goat and an ewe", "", "")
    (told,) = Keywords(small.counted, table).topics(small.matches([Text(page.text)]), [page])
    assert [(topic.name, [one.term for one in topic.evidence]) for topic in told] == [
        ("goats", ["goat"]),
        ("farming", ["goat", "ewe"]),
        ("sheep", ["ewe"]),
    ]


HEADLINES = (
    "Food prices rise",
    "Star recovers after heart attack",
    "Gunmen ambush army patrol, clashes go on",
    "مقتل جنود في كمين مسلح واشتباكات عنيفة",
    "هجوم لاذع على المدرب",
    "",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(HEADLINES), st.lists(st.sampled_from(HEADLINES), max_size=3).map("\n".join)),
        max_size=4,
    )
)
def test_several_at_once_are_as_one_by_one(matcher, articles):
    pages = [segment(title, "", body) for title, body in articles]
    assert read_all(matcher, pages) == [read(matcher, title, body) for title, body in articles]

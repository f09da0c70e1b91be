import pytest

from marsad.errors import ConfigError
from stream.reading.lexicon import Lexicon
from stream.reading.matcher import Matcher
from stream.reading.segment import segment
from stream.reading.text import Text
from stream.reading.topics import TopicTable, topics


@pytest.fixture(scope="module")
def matcher():
    return Matcher(TopicTable.packaged().terms(Lexicon.packaged().entries))


def read(matcher, title, body=""):
    page = segment(title, "", body)
    (found,) = matcher.matches([Text(page.text)])
    return topics(found, page)


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


def test_the_shipped_table_is_sound():
    table = TopicTable.packaged()
    used = {term.payload.code for term in table.terms(())} | {
        one.code for terms in table.concepts.values() for one in terms
    }
    assert used <= set(table.names)
    assert set(table.parents.values()) <= set(table.names)
    assert all(set(names) == {"ar", "fr", "en"} for names in table.names.values())
    known = {f"{entry.cls}:{entry.concept}" for entry in Lexicon.packaged().entries}
    assert set(table.concepts) <= known


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("medtop:1\ten\tword\t2", "topics.tsv:1: 4 columns; write code TAB language"),
        ("1\ten\tword\t2\tw", "topics.tsv:1: code: '1' is no Media Topic; write one like medtop:20000056"),
        ("medtop:1\ten\tword\ttwo\tw", "topics.tsv:1: weight: 'two' is no number; write one like 2.5"),
        ("medtop:1\ten\tword\t2\tq", "topics.tsv:1: flag: unknown flag 'q'; write name, concept or one of"),
    ],
)
def test_a_bad_line_is_refused(line, message):
    with pytest.raises(ConfigError) as raised:
        TopicTable.from_tsv(line)
    assert str(raised.value).startswith(message)

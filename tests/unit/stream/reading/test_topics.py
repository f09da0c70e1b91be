import pytest

from marsad.errors import ConfigError
from stream.reading.lexicon import Lexicon
from stream.reading.topics import TopicTable


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

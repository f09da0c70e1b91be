import pytest

from stream.reading.people import people
from stream.reading.words import texts, words


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("12 soldats", [12]),
        ("قتيلان", [2]),
        ("un soldat", [1]),
        ("un village", []),
        ("30 km", []),
        ("3 March", []),
        ("12-year-old", []),
        ("score 2-1", [2]),
        ("in 2015", []),
        ("الفرقة 11", []),
        ("20 %", []),
        ("five attacks", []),
    ],
)
def test_people(text, counted):
    assert [number.best for number in people(texts(words(text)))] == counted

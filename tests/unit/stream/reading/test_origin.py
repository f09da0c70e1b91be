import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit
from stream.reading.origin import domain, origins, signature


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://www.Example.com/a?b=c", "example.com"),
        ("http://sub.example.org:8080/", "sub.example.org"),
        ("https://أخبار.مثال/خبر", "xn--igbkw7a.xn--mgbh0fb"),
        ("", ""),
        ("not a link", ""),
        ("http://[broken/", ""),
        ("https://" + "a" * 80 + "é.com/", ""),
    ],
)
def test_domain(link, expected):
    found = domain(link)
    assert found == expected or (expected.startswith("xn--") and found.startswith("xn--") and found.isascii())


@given(st.text(max_size=80))
def test_no_link_breaks_it(link):
    assert domain(link).isascii()


def origin(raw, hits=(), signed=()):
    return origins([raw], [hits], [signed])[0]


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("Bamako (AFP) - Une attaque", "afp"),
        ("باماكو (أ ف ب) - قتل", "afp"),
        ("نيامي – أ.ف.ب: قتل", "afp"),
        ("رويترز- بنغازي: قال", "reuters"),
        ("الرياض (واس) اجتمع", "spa"),
        ("An attack in Gao killed two.", None),
        ("بعد بأن قال", None),
    ],
)
def test_origin(text, agency):
    assert origin(text) == agency


def test_an_agency_named_in_the_middle_is_no_credit():
    assert origin("x" * 400 + " Reuters " + "x" * 400) is None


def test_a_signature_at_the_end_is():
    assert origin("x " * 400 + "(Reuters)") == "reuters"


def test_the_top_says_it_before_the_signature():
    assert origin("Gao (AFP) " + "x " * 400 + "(Reuters)") == "afp"


def test_of_several_texts_each_has_its_own():
    texts = ["Gao (AFP) - Une attaque", "", "x " * 400 + "(Reuters)", "(EFE) TASS", "TASS (EFE)"]
    assert origins(texts, [()] * 5, [()] * 5) == ["afp", None, "reuters", "efe", "tass"]


def test_a_lexicon_name_counts_at_the_top_and_in_the_signature_only():
    raw = "x" * 1_000
    named = Entry("agency", "agency_x", "*", "Agency", 1.0, "w")
    assert [origin(raw, [Hit(at, at + 6, at, at + 6, named)]) for at in (259, 260, 839)] == ["agency_x", None, None]
    assert origin(raw, (), [Hit(0, 6, 0, 6, named)]) == "agency_x"


@pytest.mark.parametrize(("length", "signed"), [(0, 0), (260, 0), (261, 1), (419, 159), (1_000, 160)])
def test_the_signature_begins_behind_the_top(length, signed):
    assert len(signature("x" * length)) == signed

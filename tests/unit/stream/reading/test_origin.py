import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit
from stream.reading.origin import domain, origin


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
    assert origin(text, ()) == agency


def test_an_agency_named_in_the_middle_is_no_credit():
    assert origin("x" * 400 + " Reuters " + "x" * 400, ()) is None


def test_a_signature_at_the_end_is():
    assert origin("x " * 400 + "(Reuters)", ()) == "reuters"


def test_a_lexicon_name_counts_at_the_top_and_at_the_end_only():
    raw = "x" * 1_000
    named = Entry("agency", "agency_x", "*", "Agency", 1.0, "w")
    assert [origin(raw, [Hit(at, at + 6, at, at + 6, named)]) for at in (259, 260, 839, 840)] == [
        "agency_x", None, None, "agency_x",
    ]  # fmt: skip

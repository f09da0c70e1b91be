import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import cut, html_text, one_line, plain_text


def test_blocks_become_lines_and_inline_markup_does_not() -> None:
    assert html_text("<p>One <b>b</b>old.</p><p>Two<br>three</p>") == "One bold.\nTwo\nthree"


def test_scripts_and_comments_are_no_text() -> None:
    assert html_text("<script>x()</script><style>a{}</style>A<!-- b --><noscript>c</noscript>") == "A"


@pytest.mark.parametrize("raw", ["5 < 6", "AT&T", "a<3"])
def test_plain_text_is_left_alone(raw: str) -> None:
    assert html_text(raw) == raw


def test_references_are_resolved() -> None:
    assert html_text("Gao &amp; Kidal&nbsp;&#8211; &lt;b&gt;") == "Gao & Kidal – <b>"


def test_what_is_unseen_goes_and_joiners_stay() -> None:
    assert plain_text("a\u202eb\u2066c\u200b\ufeff\x00\x1bd") == "abcd"
    assert plain_text("می\u200cخواهم 👨\u200d👩") == "می\u200cخواهم 👨\u200d👩"


def test_one_line_holds_no_line_end() -> None:
    assert one_line("a\r\nb\u2028c\x85d") == "a b c d"


def test_arabic_with_vowels_is_unharmed() -> None:
    text = unicodedata.normalize("NFC", "هُجُومٌ عَلَى قَرْيَةٍ فِي مَالِي")
    assert plain_text(text) == text


def test_a_cut_ends_between_words() -> None:
    assert cut("one two three " * 10, 29) == "one two three one two three"
    assert cut("x" * 100, 30) == "x" * 30


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 200_000 + "x", id="deep nesting"),
        pytest.param("<b>" * 4_999 + "x", id="unclosed"),
        pytest.param("<" * 500_000, id="only openings"),
        pytest.param("a" + "\u0300\u0316" * 200_000, id="combining marks"),
        pytest.param("<!--" * 50_000, id="comments"),
    ],
)
def test_hostile_markup_takes_little_time(markup: str) -> None:
    began = time.process_time()
    html_text(markup)
    assert time.process_time() - began < 5


@given(st.text())
def test_clean_text_stays_as_it_is(raw: str) -> None:
    once = plain_text(raw)
    assert plain_text(once) == once
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} and char != "\n" for char in once)

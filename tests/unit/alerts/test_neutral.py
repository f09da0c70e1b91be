"""Feed text in messages: nothing that a receiver would act on, every script unharmed."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alerts.neutral import harmless, isolated, plain, safe_link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Ten killed in Gao", "Ten killed in Gao", id="plain"),
        pytest.param("هجوم على ثكنة في غاو", "هجوم على ثكنة في غاو", id="Arabic"),
        pytest.param("می‌خواهم", "می‌خواهم", id="Persian joiner"),
        pytest.param("l'armée a dit: « non »", "l'armée a dit: « non »", id="French"),
        pytest.param(
            "<!here> <@U12|x> <https://e.vil|safe>",
            "‹!\u200bhere› ‹@\u200bU12¦x› ‹https:\u200b//\u200be.\u200bvil¦safe›",
            id="Slack",
        ),
        pytest.param(
            "@everyone [x](http://evil.com)",
            "@\u200beveryone ⁅x⁆(http:\u200b//\u200bevil.\u200bcom)",
            id="Discord",
        ),
        pytest.param("<a href='x'>y</a>", "‹a href='x'›y‹/\u200ba›", id="HTML"),
        pytest.param("**bold** _it_ `code` ~no~ ||spoiler||", "∗∗bold∗∗ ˍitˍ ʹcodeʹ ∼no∼ ¦¦spoiler¦¦", id="Markdown"),
        pytest.param("a\u202egpj.exe\u2066b\u2069", "agpj.\u200bexeb", id="direction"),
        pytest.param("a\r\nBcc: x\x00\x1b[31m", "a Bcc: x ⁅31m", id="lines and controls"),
        pytest.param("www.evil.com", "www.\u200bevil.\u200bcom", id="bare domain"),
        pytest.param("evil․com evil﹒com", "evil․\u200bcom evil﹒\u200bcom", id="other dots"),
        pytest.param("evil．com evil。com", "evil．\u200bcom evil。\u200bcom", id="wide dots"),
        pytest.param("evil\u200d.com evil.\u200dcom", "evil\u200d.\u200bcom evil.\u200b\u200dcom", id="joiner beside"),
        pytest.param("evil\u0307.com evil⒈com", "evil\u0307.\u200bcom evil⒈\u200bcom", id="a mark; a digit's dot"),
        pytest.param("They left. “Now.” Why…", "They left. “Now.” Why…", id="the end of a sentence is no address"),
        pytest.param("mailto\u200d:a mailto：a", "mailto\u200d:\u200ba mailto：\u200ba", id="a scheme, too"),
        pytest.param("mailto:a@b", "mailto:\u200ba@\u200bb", id="mail address"),
        pytest.param("/start !help #war", "/\u200bstart !\u200bhelp #\u200bwar", id="commands"),
        pytest.param("﹫everyone ＜b＞", "﹫everyone ＜b＞", id="full-width forms are no markup"),
    ],
)  # fmt: skip
def test_harmless(text, expected):
    assert harmless(text, 300) == expected


HOSTILE = st.text(st.characters() | st.sampled_from("@<>[]()*_`~|#!/.:․。\u200d\u202e\u2066\u200b\x00\n&"), max_size=80)


@given(HOSTILE)
@example("@everyone<!here>[a](http://b.c)")
@example("\ud800")
def test_nothing_hostile_survives(text):
    safe = harmless(text, 60)
    assert not re.search(r"[<>*`~|_\[\]\\]", safe)
    assert not re.search(r"@(?!\u200b)", safe)
    assert "://" not in safe
    # Whatever a browser makes of the text, no domain comes of it: dropped joiners and other dots change nothing.
    bare = safe.replace("\u200c", "").replace("\u200d", "")
    assert not re.search(r"(?<=\w)[.․﹒．。｡](?=\w)", bare)
    for char in safe:
        assert char in "\u200b\u200c\u200d " or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    safe.encode("utf-8")


@given(HOSTILE)
def test_plain_is_one_bounded_line(text):
    line = plain(text, 40)
    assert len(line) <= 40
    assert "\n" not in line
    assert plain(line, 40) == line


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://paper.example/a?b=1&c=2#d", "https://paper.example/a?b=1&c=2#d"),
        ("https://paper.example:8443/a", "https://paper.example:8443/a"),
        ("https://مثال.example/خبر", "https://xn--mgbh0fb.example/%D8%AE%D8%A8%D8%B1"),
        ("https://paper.example/@everyone", "https://paper.example/%40everyone"),
        ("https://paper.example/a)[x](http://evil", "https://paper.example/a%29%5Bx%5D%28http://evil"),
        ("https://paper.example/a b\n<c>|*~`", "https://paper.example/a%20b%3Cc%3E%7C%2A~%60"),
        ("https://paper.example/%41", "https://paper.example/%41"),
        ("https://user:pass@paper.example/", ""),
        ("javascript:alert(1)", ""),
        ("ftp://paper.example/", ""),
        ("https:///nohost", ""),
        ("https://pa per.example/", ""),
        ("https://paper.example:99999/", ""),
        ("https://paper.example/" + "a" * 3_000, ""),
        ("", ""),
    ],
)
def test_safe_link(link, expected):
    assert safe_link(link) == expected


@given(HOSTILE)
def test_a_link_is_ascii_or_nothing(text):
    link = safe_link(f"https://paper.example/{text}")
    assert re.fullmatch(r"(https://paper\.example[!-;=?A-Z_a-z~]*)?", link)
    assert "@" not in link


def test_isolated():
    assert isolated("غاو") == "\u2068غاو\u2069"
    assert isolated("") == ""

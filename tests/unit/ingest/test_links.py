import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.links import link_key, web_link

BASE = "https://paper.example/feeds/all.xml"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/a/1", "https://paper.example/a/1"),
        ("b", "https://paper.example/feeds/b"),
        ("//other.example/x", "https://other.example/x"),
        ("http://x.example/ب", "http://x.example/%D8%A8"),
        ("https://user:pw@x.example/", "https://x.example/"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://[broken/", ""),
        ("", ""),
    ],
)
def test_only_web_links_are_kept(link: str, expected: str) -> None:
    assert web_link(link, BASE) == expected


@pytest.mark.parametrize(
    "other",
    [
        "http://paper.example/a?id=7",
        "https://www.paper.example/a/?id=7",
        "https://paper.example/a?utm_source=rss&id=7&fbclid=x#top",
    ],
)
def test_one_page_has_one_key(other: str) -> None:
    assert link_key(other) == link_key("https://paper.example/a?id=7")


def test_another_page_has_another_key() -> None:
    assert link_key("https://paper.example/a?id=7") != link_key("https://paper.example/a?id=8")


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert web_link(text, BASE)[:4] in ("", "http")
    link_key(text)

import pytest
import yaml

from ingest.config import feeds_of
from ingest.opml import feeds_from_opml
from marsad.errors import MarsadError
from marsad.yaml_config import parse_yaml

OPML = """<?xml version="1.0"?><opml version="2.0"><head/><body>
<outline text="Sahel &amp; more"><outline type="rss" text="Paper One" xmlUrl="https://one.example/feed"/>
<outline type="rss" title="الصحيفة" xmlUrl="https://two.example/rss"/></outline>
<outline text="Paper One" xmlUrl="https://other.example/feed"/>
<outline text="Again" xmlUrl="http://one.example/feed/"/>
<outline text="Secret" xmlUrl="https://three.example/?token=s3cret"/>
<outline text="Script" xmlUrl="javascript:alert(1)"/></body></opml>""".encode()


def test_an_import_is_a_feeds_file() -> None:
    imported = feeds_from_opml(OPML)
    file = feeds_of(parse_yaml(imported.text, "feeds.yaml"))
    assert [(feed.slug, feed.name, feed.tags) for feed in file.feeds] == [
        ("one-example-feed", "Paper One", ("sahel-more",)),
        ("two-example-rss", "الصحيفة", ("sahel-more",)),
        ("other-example-feed", "Paper One", ()),
    ]
    assert imported.feeds == 3


def test_what_is_left_out_is_said_without_its_secret() -> None:
    imported = feeds_from_opml(OPML)
    assert [line.split(":")[0] for line in imported.skipped] == ["Again", "Secret", "Script"]
    assert "s3cret" not in imported.text + "".join(imported.skipped)


def test_feeds_that_are_there_already_are_skipped() -> None:
    imported = feeds_from_opml(OPML, {"two-example-rss"}, {"https://one.example/feed"})
    assert [feed["slug"] for feed in yaml.safe_load(imported.text)["feeds"]] == ["two-example-rss-032e27", "paper-one"]


def opml(*feeds: tuple[str, str]) -> bytes:
    outlines = "".join(f'<outline text="{title}" xmlUrl="{url}"/>' for title, url in feeds)
    return f"<opml><body>{outlines}</body></opml>".encode()


def slugs(*feeds: tuple[str, str]) -> dict[str, str]:
    """URL → slug."""
    return {feed["url"]: feed["slug"] for feed in yaml.safe_load(feeds_from_opml(opml(*feeds)).text)["feeds"]}


SECTIONS = [
    ("الجريدة - سياسة", "https://www.jarida.example/politics/rss.xml"),
    ("الجريدة - رياضة", "https://www.jarida.example/sport/rss.xml"),
    ("日报", "https://ribao.example/feed?section=1"),
    ("日报", "https://ribao.example/feed?section=2"),
    ("الجريدة - محليات", "https://www.jarida.example/محليات/"),
    ("الجريدة - عالم", "https://www.jarida.example/عالم/"),
    ("BBC عربي", "https://bbc.example/arabic"),
    ("BBC", "https://bbc.example/"),
    ("", "https://bare.example/"),
]


def test_each_section_of_a_paper_has_a_slug_of_its_own() -> None:
    found = slugs(*SECTIONS)
    assert len(set(found.values())) == len(SECTIONS)
    assert found["https://www.jarida.example/sport/rss.xml"] == "jarida-example-sport-rss"
    assert found["https://ribao.example/feed?section=2"] == "ribao-example-feed-section-2"
    assert found["https://bbc.example/arabic"] == "bbc-example-arabic"
    assert found["https://bbc.example/"] == "bbc"
    assert found["https://bare.example/"] == "bare-example"


def test_and_the_same_one_wherever_it_stands_in_the_list() -> None:
    assert slugs(*SECTIONS) == slugs(*reversed(SECTIONS))


def test_a_slug_is_never_longer_than_one_may_be() -> None:
    long = [("Paper", f"https://paper.example/{'a-b/' * 30}{number}") for number in range(3)]
    found = feeds_from_opml(opml(*long))
    assert len({feed.slug for feed in feeds_of(parse_yaml(found.text, "feeds.yaml")).feeds}) == 3


@pytest.mark.parametrize(
    ("opml", "expected"),
    [
        (b"<rss/>", "its root element is not <opml>"),
        (b"<opml><body>", "not readable as OPML: line 1"),
        (b"", "not readable as OPML"),
        (b'<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml>&b;</opml>', "declares a document type"),
    ],
)
def test_what_is_no_opml_is_refused(opml: bytes, expected: str) -> None:
    with pytest.raises(MarsadError, match=expected):
        feeds_from_opml(opml)

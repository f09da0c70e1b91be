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
        ("paper-one", "Paper One", ("sahel-more",)),
        ("two-example", "الصحيفة", ("sahel-more",)),
        ("paper-one-2", "Paper One", ()),
    ]
    assert imported.feeds == 3


def test_what_is_left_out_is_said_without_its_secret() -> None:
    imported = feeds_from_opml(OPML)
    assert [line.split(":")[0] for line in imported.skipped] == ["Again", "Secret", "Script"]
    assert "s3cret" not in imported.text + "".join(imported.skipped)


def test_feeds_that_are_there_already_are_skipped() -> None:
    imported = feeds_from_opml(OPML, {"two-example"}, {"https://one.example/feed"})
    assert [feed["slug"] for feed in yaml.safe_load(imported.text)["feeds"]] == ["two-example-2", "paper-one"]


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

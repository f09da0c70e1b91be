from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from marsad.demo.faults import Answer, faulty
from marsad.demo.feed_xml import Edition
from marsad.demo.world import load_world

EDITION = Edition(datetime(2026, 11, 24, 12, tzinfo=UTC))
ANSWERS: dict[str | None, Answer] = {
    feed.fault: faulty(feed, EDITION) for feed in load_world().feeds if feed.fault is not None
}


def test_each_fault_answers_as_its_like_do() -> None:
    assert ANSWERS["server-error"].status == 500
    assert ANSWERS["challenge"].status == 200
    assert ANSWERS["challenge"].content_type == "text/html"
    assert b"Enable JavaScript" in ANSWERS["challenge"].body


def test_the_cut_feed_ends_inside_an_entry() -> None:
    body = ANSWERS["cut"].body
    assert body.count(b"</item>") == 2
    assert body.count(b"<item>") == 3
    with pytest.raises(ET.ParseError):
        ET.fromstring(body)


def test_the_cut_hides_what_takes_the_news_back() -> None:
    rest = ANSWERS["cut"].body.rpartition(b"<item>")[2].decode()
    assert "attaque" in rest
    assert "aucun mort" not in rest


def test_the_bomb_is_small_until_it_is_expanded() -> None:
    body = ANSWERS["bomb"].body
    assert len(body) < 2_000
    assert body.count(b"<!ENTITY") == 10

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.demo.feed_xml import Edition, feed_xml
from marsad.demo.world import DemoArticle, DemoFeed, load_world

WORLD = load_world()
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EDITION = Edition(NOW, 1.0)
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"
RSS1 = "{http://purl.org/rss/1.0/}"
ENTRY = {"rss2": "channel/item", "rss091": "channel/item", "rdf": f"{RSS1}item", "atom": f"{ATOM}entry"}
TITLE = {"rss2": "title", "rss091": "title", "rdf": f"{RSS1}title", "atom": f"{ATOM}title"}

XML_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=60)


def feed(form: str, *, encoded: bool = False) -> DemoFeed:
    return DemoFeed(
        slug="paper", name="A & B", language="en", country="GB", family="paper", format=form, encoded=encoded
    )


def article(**fields: object) -> DemoArticle:
    return DemoArticle(**{"key": "one", "at": 10, "about": "plain", "title": "One", **fields})


@pytest.mark.parametrize("paper", WORLD.feeds, ids=lambda paper: paper.slug)
def test_every_feed_is_well_formed_and_holds_its_articles(paper: DemoFeed) -> None:
    root = ET.fromstring(feed_xml(paper, paper.articles, EDITION))
    assert len(root.findall(ENTRY[paper.format])) == len(paper.articles)
    assert b"{weekday" not in feed_xml(paper, paper.articles, EDITION)


@pytest.mark.parametrize("form", ["rss2", "rss091", "rdf", "atom"])
@given(title=XML_TEXT.filter(lambda text: text.strip() and "{" not in text))
def test_a_title_survives_whatever_it_holds(form: str, title: str) -> None:
    # ConfigModel strips the ends of text.
    root = ET.fromstring(feed_xml(feed(form), [article(title=title)], EDITION))
    assert root.findtext(f"{ENTRY[form]}/{TITLE[form]}") == title.strip()


def test_a_body_cannot_end_its_cdata() -> None:
    root = ET.fromstring(feed_xml(feed("rss2", encoded=True), [article(body="<p>a]]>b</p>")], EDITION))
    assert root.findtext(f"channel/item/{CONTENT}") == "<p>a]]>b</p>"


def test_lines_become_paragraphs_and_html_stays() -> None:
    paper = feed("rss2")
    root = ET.fromstring(feed_xml(paper, [article(summary="S & T", body="one\n\ntwo < three")], EDITION))
    assert root.findtext("channel/item/description") == "<p>S &amp; T</p>\n<p>one</p>\n<p>two &lt; three</p>"
    root = ET.fromstring(feed_xml(paper, [article(summary="plain")], EDITION))
    assert root.findtext("channel/item/description") == "plain"


def test_the_newest_stands_first() -> None:
    root = ET.fromstring(feed_xml(feed("rss2"), [article(), article(key="two", at=20, title="Two")], EDITION))
    assert [title.text for title in root.findall("channel/item/title")] == ["Two", "One"]


def test_dates_are_those_of_its_appearance_less_its_age() -> None:
    text = feed_xml(feed("rss2"), [article(at=30, ago=2)], Edition(NOW, 3.0)).decode()
    date = ET.fromstring(text).findtext("channel/item/pubDate")
    assert parsedate_to_datetime(date or "") == NOW + timedelta(seconds=10) - timedelta(minutes=2)
    assert "pubDate" not in feed_xml(feed("rss2"), [article(dated=False)], EDITION).decode()


@pytest.mark.parametrize("minutes", [0, 10, 29, 31, 600, 1439])
def test_words_for_days_agree_with_the_dates_around_midnight(minutes: int) -> None:
    edition = Edition(datetime(2026, 11, 25, tzinfo=UTC) + timedelta(minutes=minutes), 1.0)
    # What happened "on Wednesday" may not lie after the article that tells it.
    day = edition.fill("{date:en:0}")
    assert day == ("November 24" if minutes < 30 else "November 25")
    for _, told in WORLD.articles():
        if told.at > 0:
            assert edition.published(told).date() >= datetime.strptime(f"2026 {day}", "%Y %B %d").date()  # noqa: DTZ007


def test_an_old_charset_says_which_it_is_and_loses_nothing() -> None:
    paper = feed("rss091").model_copy(update={"charset": "iso-8859-1"})
    text = feed_xml(paper, [article(title="L’été à Djibo مرحبا")], EDITION)
    assert text.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert "été".encode("latin-1") in text
    assert ET.fromstring(text).findtext("channel/item/title") == "L’été à Djibo مرحبا"

import pytest

from ingest.feed_bytes import closed_after_last_entry, entity_fault, is_cut
from ingest.fetched import Failed, Failure, ParsedFeed, ParseJob
from ingest.parse_worker import parse

BASE = "https://paper.example/feeds/all.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Paper</title><link>https://paper.example/</link><language>ar</language><ttl>30</ttl>
<skipHours><hour>1</hour><hour>23</hour></skipHours>
<item><title>هجوم في غاو</title><link>/a/1</link><guid isPermaLink="false">1</guid>
<pubDate>Mon, 06 Jul 2026 10:00:00 GMT</pubDate><category>Mali</category><category>Mali</category>
<description>&lt;p&gt;Short &amp;amp; sweet&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>Long.</p><p>Two &gt; one</p><script>x()</script>]]></content:encoded></item>
<item><title>Second</title><link>b/2</link><guid>2</guid><dc:date>2026-07-06T09:00:00Z</dc:date>
<description><![CDATA[<b>in</b> CDATA </item> and on]]></description></item>
<item><title>Third</title><link>https://paper.example/3</link><description>c</description></item>
</channel></rss><!-- cached -->
"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://p.example/">
<title>P</title></channel><item rdf:about="https://p.example/1"><title>One</title><link>https://p.example/1</link>
<dc:date>2026-07-06</dc:date></item><item rdf:about="https://p.example/2"><title>Two</title></item></rdf:RDF>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://p.example/x/">
<title>P</title><entry><id>tag:1</id><title type="html">A &amp;lt;b&amp;gt;old&amp;lt;/b&amp;gt;</title>
<link rel="alternate" href="1"/><updated>2026-07-06T10:00:00Z</updated><summary>S</summary>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>C</p><p>D</p></div></content></entry>
<entry><id>tag:2</id><title>E</title><updated>2026-07-06T10:00:00Z</updated></entry></feed>"""

OLD = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
"http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>O</title>
<item><title>One</title><link>https://o.example/1</link><description>d</description></item></channel></rss>"""


def parsed(text: str | bytes, content_type: str = "text/xml") -> ParsedFeed | Failed:
    body = text.encode() if isinstance(text, str) else text
    return parse(ParseJob(body=body, content_type=content_type, base=BASE, body_limit=1000))


def whole(text: str | bytes) -> ParsedFeed:
    feed = parsed(text)
    assert isinstance(feed, ParsedFeed), feed
    return feed


def test_rss() -> None:
    feed = whole(RSS)
    assert (feed.version, feed.language, feed.ttl, feed.skip_hours) == ("rss20", "ar", 1800, (1, 23))
    first, second, third = feed.entries
    assert (first.guid, first.link, first.title) == ("1", "https://paper.example/a/1", "هجوم في غاو")
    assert (first.summary, first.body, first.categories) == ("Short & sweet", "Long.\nTwo > one", ("Mali",))
    assert first.date == "Mon, 06 Jul 2026 10:00:00 GMT"
    assert (second.link, second.date) == ("https://paper.example/feeds/b/2", "2026-07-06T09:00:00Z")
    assert (third.guid, third.link) == ("", "https://paper.example/3")


def test_rdf() -> None:
    feed = whole(RDF)
    assert feed.version == "rss10"
    assert next((one.title, one.link, one.date) for one in feed.entries) == ("One", "https://p.example/1", "2026-07-06")


def test_atom() -> None:
    feed = whole(ATOM)
    assert feed.version == "atom10"
    first = feed.entries[0]
    assert (first.guid, first.link, first.summary, first.body) == ("tag:1", "https://p.example/x/1", "S", "C\nD")
    assert first.title == "A <b>old</b>"


def test_rss_0_91_with_its_document_type() -> None:
    assert [one.title for one in whole(OLD).entries] == ["One"]


def test_arabic_in_its_old_encoding() -> None:
    text = RSS.replace("utf-8", "windows-1256", 1)
    assert whole(text.encode("windows-1256")).entries[0].title == "هجوم في غاو"


@pytest.mark.parametrize("text", [RSS, RDF, ATOM, OLD], ids=["rss", "rdf", "atom", "rss 0.91"])
def test_a_feed_cut_at_every_byte_gives_no_false_entry(text: str) -> None:
    body = text.encode()
    true = whole(body).entries
    end = max(body.rfind(b"</rss>") + 6, body.rfind(b"</rdf:RDF>") + 10, body.rfind(b"</feed>") + 7)
    for length in range(end):
        feed = parsed(body[:length])
        if isinstance(feed, ParsedFeed):
            assert feed.entries == true[: len(feed.entries)], length
            assert feed.truncated, length


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1256"])
def test_other_encodings_cut_anywhere_give_no_false_entry(encoding: str) -> None:
    body = RSS.replace("utf-8", encoding, 1).encode(encoding)
    true = whole(body).entries
    for length in range(0, len(body) - 60, 7):
        feed = parsed(body[:length])
        if isinstance(feed, ParsedFeed):
            assert feed.entries == true[: len(feed.entries)], length


@pytest.mark.parametrize(
    ("body", "failure", "reason"),
    [
        (b"  \n", Failure.NOT_A_FEED, "the answer is empty"),
        (b"<!DOCTYPE html><html><title>Just a moment</title></html>", Failure.NOT_A_FEED, "a web page came"),
        (b"/etc/hostname", Failure.NOT_A_FEED, "no feed"),
        (b"/dev/zero", Failure.NOT_A_FEED, "no feed"),
        (b"file:///etc/passwd", Failure.NOT_A_FEED, "no feed"),
        (b"http://127.0.0.1:1/", Failure.NOT_A_FEED, "no feed"),
        (b"\x00" * 1000, Failure.NOT_A_FEED, "no feed"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>x', Failure.TRUNCATED, "before its first"),
        (b'<!DOCTYPE r [<!ENTITY a "aaaaaa"><!ENTITY b "&a;&a;">]><rss/>', Failure.NOT_A_FEED, "entities of its own"),
        (b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss/>', Failure.NOT_A_FEED, "entities of its own"),
        (b'<!DOCTYPE r [<!ENTITY % p SYSTEM "http://x/">%p;]><rss/>', Failure.NOT_A_FEED, "entities of its own"),
    ],
)
def test_what_is_no_feed_says_so(body: bytes, failure: Failure, reason: str) -> None:
    result = parsed(body)
    assert isinstance(result, Failed)
    assert result.failure is failure
    assert reason in result.reason


def test_an_entity_for_one_character_is_fine() -> None:
    assert entity_fault(b"<!DOCTYPE r [<!ENTITY nbsp \"&#160;\"><!ENTITY eacute '&#xE9;'>]>") is None


def test_a_feed_that_is_not_well_formed_but_whole_is_read() -> None:
    feed = whole(RSS.replace("<title>Third</title>", "<title>Third &nbsp;& last</title>"))
    assert len(feed.entries) == 3
    assert not feed.truncated


def test_hostile_titles_are_text_and_their_links_gone() -> None:
    title = "&lt;script&gt;x()&lt;/script&gt;Hi\u202e&lt;!channel&gt;"
    item = f"<item><title>{title}</title><link>javascript:x()</link></item>"
    (entry,) = whole(f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>').entries
    assert (entry.title, entry.link) == ("Hi", "")


def test_sizes_are_capped_and_said() -> None:
    item = f"<item><title>{'t ' * 5000}</title><description>{'word ' * 5000}</description></item>"
    (entry,) = whole(f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>').entries
    assert len(entry.title) <= 500
    assert len(entry.body) + len(entry.summary) <= 2000
    assert entry.truncated


def test_cut_and_closed() -> None:
    assert not is_cut(b"<rss><channel></channel></rss>")
    assert is_cut(b"<rss><channel><item></item>")
    assert closed_after_last_entry(b"<rss><channel><item></item><item>") == (
        b"<rss><channel><item></item></channel></rss>"
    )
    assert closed_after_last_entry(b"<rss><channel>") is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#55357;&#56832;!", "😀!"),
        ("&#xD83D;&#xDE00;!", "😀!"),
        ("a&#xD800;b&#57343;c", "abc"),
        ("a&#x110000;b&#99999999999999;c&#0;d&#27;e", "abcde"),
        ("&#1605;&#x0627;&#0000108;&#x6C;", "ماll"),
    ],
)
def test_a_reference_to_no_character_costs_the_feed_nothing(written: str, read: str) -> None:
    feed = whole(RSS.replace("Second", written))
    assert [entry.title for entry in feed.entries] == ["هجوم في غاو", read, "Third"]


def test_a_language_is_clean_text() -> None:
    assert whole(RSS.replace(">ar<", ">a\u202er<")).language == "ar"

"""What broken feeds answer. Pure."""

from dataclasses import dataclass
from typing import Final

from marsad.demo.feed_xml import Edition, feed_xml
from marsad.demo.world import DemoFeed

XML: Final = "application/xml"

_LAUGHS: Final = "".join(
    f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' if level else '<!ENTITY l0 "ha">' for level in range(10)
)
_CHALLENGE: Final = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title><meta name='robots' content='noindex'></head><body>"
    "<noscript>Enable JavaScript and cookies to continue</noscript><div id='challenge'>Checking your browser</div>"
    "</body></html>"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str


def faulty(feed: DemoFeed, edition: Edition) -> Answer:
    """The answer of a feed with a fault. All its articles are there from the start."""
    if feed.fault == "server-error":
        return Answer(500, b"Internal Server Error", "text/plain")
    if feed.fault == "challenge":
        return Answer(200, _CHALLENGE.encode(), "text/html")
    if feed.fault == "bomb":
        return Answer(200, _bomb(feed), XML)
    whole = feed_xml(feed, feed.articles, edition)
    # The last entry ends in the middle of its text: half a number is no number.
    return Answer(200, whole[: whole.rindex(b"</description>") - 40], XML)


def _bomb(feed: DemoFeed) -> bytes:
    """Ten levels of entities, ten billion words when expanded."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [{_LAUGHS}]><rss version="2.0"><channel><title>{feed.name}</title>'
        "<item><title>&l9;</title><description>&l9;</description></item></channel></rss>"
    ).encode()

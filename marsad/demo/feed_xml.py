"""A feed's XML as its paper would serve it: RSS 2.0, RSS 0.91, RDF (RSS 1.0) and Atom. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from marsad.demo.dates import fill
from marsad.demo.world import DemoArticle, DemoFeed

DAY_BEGINS: Final = timedelta(minutes=30)
"""Until then the texts still speak of the day before: what was published just before midnight agrees with them."""


@dataclass(frozen=True, slots=True)
class Edition:
    """When a demo was opened, and how fast it runs: what every date in it follows from."""

    opened_at: datetime
    speed: float = 1.0

    def fill(self, text: str) -> str:
        """The text with the dates of this edition."""
        return fill(text, (self.opened_at - DAY_BEGINS).date())

    def published(self, article: DemoArticle) -> datetime:
        """The date that the feed gives, to the second, in UTC."""
        appears = self.opened_at + timedelta(seconds=article.at / self.speed)
        return (appears - timedelta(minutes=article.ago)).astimezone(UTC).replace(microsecond=0)


def feed_xml(feed: DemoFeed, articles: Sequence[DemoArticle], edition: Edition) -> bytes:
    """The feed with these articles, newest first."""
    newest = sorted(articles, key=lambda article: (-article.at, article.key))
    entries = "".join(_ENTRIES[feed.format](feed, article, edition) for article in newest)
    declaration = f'<?xml version="1.0" encoding="{feed.charset.upper()}"?>\n'
    # What an old charset lacks becomes a character reference, as it does in such papers' own systems.
    return (declaration + _FRAMES[feed.format](feed, newest, entries)).encode(feed.charset, "xmlcharrefreplace")


def _html(text: str) -> str:
    """Lines as paragraphs; what is HTML already stays."""
    if text.startswith("<"):
        return text
    return "\n".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _tag(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>" if content else ""


def _texts(feed: DemoFeed, article: DemoArticle, edition: Edition) -> str:
    """Title and text of an RSS entry, in the elements that this feed uses."""
    title, summary = (edition.fill(text) for text in (article.title, article.summary))
    body = _html(edition.fill(article.body))
    if feed.encoded:
        parts = _tag("description", escape(summary)) + (body and _tag("content:encoded", _cdata(body)))
    else:
        parts = _tag("description", escape("\n".join(filter(None, (_html(summary) if body else summary, body)))))
    return _tag("title", escape(title)) + parts


def _rss_entry(feed: DemoFeed, article: DemoArticle, edition: Edition) -> str:
    date = _tag("pubDate", format_datetime(edition.published(article), usegmt=True)) if article.dated else ""
    guid = f'<guid isPermaLink="false">{escape(feed.guid(article))}</guid>'
    return f"<item>{_texts(feed, article, edition)}<link>{feed.link(article)}</link>{guid}{date}</item>\n"


def _rss091_entry(feed: DemoFeed, article: DemoArticle, edition: Edition) -> str:
    """RSS 0.91 knows neither guid nor date."""
    return f"<item>{_texts(feed, article, edition)}<link>{feed.link(article)}</link></item>\n"


def _rdf_entry(feed: DemoFeed, article: DemoArticle, edition: Edition) -> str:
    date = _tag("dc:date", edition.published(article).isoformat()) if article.dated else ""
    link = feed.link(article)
    return f"<item rdf:about={quoteattr(link)}>{_texts(feed, article, edition)}<link>{link}</link>{date}</item>\n"


def _atom_entry(feed: DemoFeed, article: DemoArticle, edition: Edition) -> str:
    moment = edition.published(article).isoformat()
    dates = f"<published>{moment}</published><updated>{moment}</updated>" if article.dated else ""
    title, summary = (escape(edition.fill(text)) for text in (article.title, article.summary))
    body = _html(edition.fill(article.body))
    content = f'<content type="html">{escape(body)}</content>' if body else ""
    return (
        f"<entry><id>{escape(feed.guid(article))}</id><title>{title}</title>"
        f'<link rel="alternate" href={quoteattr(feed.link(article))}/>'
        f"{dates}{_tag('summary', summary)}{content}</entry>\n"
    )


def _channel(feed: DemoFeed) -> str:
    return (
        f"<title>{escape(feed.name)}</title><link>https://{feed.domain}/</link>"
        f"<description>{escape(feed.name)}</description>"
    )


def _rss2(feed: DemoFeed, _: Sequence[DemoArticle], entries: str) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel>{_channel(feed)}<language>{feed.language}</language>\n{entries}</channel></rss>\n"
    )


def _rss091(feed: DemoFeed, _: Sequence[DemoArticle], entries: str) -> str:
    return (
        '<rss version="0.91">'
        f"<channel>{_channel(feed)}<language>{feed.language}</language>\n{entries}</channel></rss>\n"
    )


def _rdf(feed: DemoFeed, articles: Sequence[DemoArticle], entries: str) -> str:
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(feed.link(article))}/>" for article in articles)
    home = f"https://{feed.domain}/"
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">\n'
        f"<channel rdf:about={quoteattr(home)}>{_channel(feed)}<dc:language>{feed.language}</dc:language>"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items></channel>\n{entries}</rdf:RDF>\n"
    )


def _atom(feed: DemoFeed, articles: Sequence[DemoArticle], entries: str) -> str:
    # Atom wants the moment of the last change; a feed's own day is enough, since a reader goes by the entries.
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{feed.language}">'
        f"<id>tag:{feed.domain},2026:feed</id><title>{escape(feed.name)}</title>"
        f'<link href="https://{feed.domain}/"/><subtitle>{len(articles)}</subtitle>\n{entries}</feed>\n'
    )


_ENTRIES: Final = {"rss2": _rss_entry, "rss091": _rss091_entry, "rdf": _rdf_entry, "atom": _atom_entry}
_FRAMES: Final = {"rss2": _rss2, "rss091": _rss091, "rdf": _rdf, "atom": _atom}

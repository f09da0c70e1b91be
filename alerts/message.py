"""An alert as a person reads it, in Arabic, English or French, from coded fields. Pure.

Only titles, places and publishers' names come from feeds; each is made harmless and stands in a bidi isolate.
The source's domain has a line of its own above the link, which is last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from alerts.bulletin import Bulletin
from alerts.change_phrases import changes
from alerts.neutral import harmless, isolated, plain, safe_link
from alerts.phrases import Phrases
from alerts.toll_phrases import short_toll, tolls
from alerts.where_phrases import exact_place, where
from alerts.words import Phrasebook
from marsad.alert import Notification
from marsad.codes import MessageType

TITLE_LIMIT: Final = 200
BODY_LIMIT: Final = 3_500
_ARTICLE_TITLE: Final = 300
_REPEAT: Final = "↻"


@dataclass(frozen=True, slots=True)
class Message:
    """Rendered: plain text."""

    title: str
    body: str


def render(bulletin: Bulletin, language: str, book: Phrasebook) -> Message:
    """The message in a receiver's language. Every part is bounded, so that the link is never cut off."""
    phrases = Phrases(language, book)
    facts = [*_notes(bulletin, phrases), *_facts(bulletin, phrases), *_about(bulletin, phrases)]
    source = list(_source(bulletin, language))
    while len("\n".join([*facts, "", *source])) > BODY_LIMIT and facts:
        facts.pop()
    return Message(_cut(_title(bulletin, phrases)), "\n".join([*facts, "", *source]).rstrip()[:BODY_LIMIT])


def marked_repeat(notification: Notification, book: Phrasebook) -> Notification:
    """The same notification, saying that it may have been sent before."""
    words = book.words(notification.language)
    room = BODY_LIMIT - len(words.repeat_note) - 1
    title = _cut(f"{_REPEAT} {words.possible_repeat}: {notification.title}")
    return replace(notification, title=title, body=f"{words.repeat_note}\n{notification.body[:room]}")


def _title(bulletin: Bulletin, phrases: Phrases) -> str:
    words = phrases.words
    headline = words.headline.format(what=phrases.what(bulletin.story), where=where(phrases, bulletin.story))
    toll = short_toll(phrases, bulletin.story.incident)
    if toll and bulletin.kind is not MessageType.CANCEL:
        headline = words.with_toll.format(headline=headline, toll=toll)
    frame = {MessageType.UPDATE: words.update, MessageType.CANCEL: words.cancel}.get(bulletin.kind, "{headline}")
    return words.title.format(
        severity=words.severities[bulletin.rule.severity], headline=frame.format(headline=headline)
    )


def _notes(bulletin: Bulletin, phrases: Phrases) -> Iterator[str]:
    """What the reader must know before the facts."""
    words = phrases.words
    if bulletin.kind is MessageType.CANCEL:
        retracted = bulletin.story.incident is not None and bulletin.story.incident.retracted
        yield words.cancel_retracted if retracted else words.cancel_denied
    if bulletin.changed and bulletin.kind is MessageType.UPDATE:
        yield phrases.line("changed", changes(phrases, bulletin.changed))
    if bulletin.late:
        dates = [member.published for member in bulletin.telling or bulletin.members if member.published]
        yield words.late_note.format(published=phrases.day(max(dates).date())) if dates else ""
    if bulletin.story.possibly_same_as:
        yield words.possibly_note.format(story=isolated(bulletin.story.possibly_same_as))


def _facts(bulletin: Bulletin, phrases: Phrases) -> Iterator[str]:
    if bulletin.kind is MessageType.CANCEL:
        yield phrases.line("reported", _all_in_one(bulletin, phrases))
        return
    incident = bulletin.story.incident
    yield phrases.line("what", phrases.what(bulletin.story))
    yield phrases.line("where", exact_place(phrases, bulletin.story, bulletin.regions))
    if incident is not None:
        date = phrases.date(incident)
        if date:
            yield phrases.line("when", date)
        yield from tolls(phrases, incident, bulletin.members)
        yield from phrases.parties(incident)
    yield phrases.sources(bulletin.sources, bulletin.telling or bulletin.members)


def _all_in_one(bulletin: Bulletin, phrases: Phrases) -> str:
    """What was told before, now that it is not to be acted on: in one line, so that nobody takes it for news."""
    incident = bulletin.story.incident
    date, toll = (phrases.date(incident), short_toll(phrases, incident)) if incident else ("", "")
    place = exact_place(phrases, bulletin.story, bulletin.regions)
    return phrases.list([phrases.what(bulletin.story), place, date, toll])


def _about(bulletin: Bulletin, phrases: Phrases) -> Iterator[str]:
    """What the reader of an update has read in its alert is not told again."""
    described = plain(bulletin.rule.described(phrases.language), 200)
    if described and bulletin.kind is MessageType.ALERT:
        yield phrases.line("about", isolated(described))
    yield phrases.line("rule", isolated(bulletin.rule.name))
    yield phrases.line("alert", isolated(bulletin.alert))


def _source(bulletin: Bulletin, language: str) -> Iterator[str]:
    member = bulletin.cited(language)
    if member is None:
        return
    if member.title:
        yield isolated(harmless(member.title, _ARTICLE_TITLE))
    name = harmless(member.source.name or member.source.feed, 80)
    if name:
        yield isolated(name)
    domain = harmless_domain(member.domain)
    if domain:
        yield domain
    link = safe_link(member.link)
    if link:
        yield link


def harmless_domain(domain: str) -> str:
    """A host name in ASCII, as readings hold it; anything else is not shown."""
    clean = plain(domain, 253)
    return clean if clean.isascii() and all(char.isalnum() or char in ".-" for char in clean) else ""


def _cut(title: str) -> str:
    """At most TITLE_LIMIT characters, with no isolate left open."""
    if len(title) <= TITLE_LIMIT:
        return title
    cut = title[: TITLE_LIMIT - 3].rstrip()
    return cut + "…" + "\u2069" * max(0, cut.count("\u2068") - cut.count("\u2069"))

"""A feedparser entry as a ``ParsedEntry``: clean and bounded. Runs in the worker, where it can be killed. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ingest.fetched import ParsedEntry
from ingest.links import web_link
from ingest.text import cut, html_text, looks_like_markup, one_line

TITLE_LIMIT: Final = 500
SUMMARY_LIMIT: Final = 10_000
MARKUP_FACTOR: Final = 8
"""Markup looked at, in multiples of the text kept: a page may be mostly tags."""
KEY_LIMIT: Final = 2_000
MOST_CATEGORIES: Final = 30


def parsed_entry(entry: Mapping[str, Any], base: str, body_limit: int) -> ParsedEntry:
    """Title, summary and body as plain text; ``content:encoded`` or Atom content is the body."""
    summary, long_summary = _text(entry.get("summary"), body_limit)
    body, long_body = _text(_content(entry), body_limit)
    if summary == body:
        summary = ""
    if not body and len(summary) > SUMMARY_LIMIT:
        summary, body = "", summary
    return ParsedEntry(
        guid=_short(entry.get("id"), KEY_LIMIT),
        link=web_link(_link(entry), base),
        title=_title(str(entry.get("title") or "")),
        summary=cut(summary, SUMMARY_LIMIT),
        body=body,
        truncated=long_body or long_summary or len(summary) > SUMMARY_LIMIT,
        date=_short(
            next((entry.get(name) for name in ("published", "updated", "created") if entry.get(name)), ""), 100
        ),
        language=_short(entry.get("language"), 35),
        categories=tuple(dict.fromkeys(_categories(entry.get("tags") or ()))),
    )


def _text(markup: Any, limit: int) -> tuple[str, bool]:
    """Text, and whether it was cut."""
    text = str(markup or "")
    whole = html_text(text[: limit * MARKUP_FACTOR])
    return cut(whole, limit), len(whole) > limit or len(text) > limit * MARKUP_FACTOR


def _title(markup: str) -> str:
    head = markup[: TITLE_LIMIT * MARKUP_FACTOR]
    return cut(one_line(html_text(head) if looks_like_markup(head) else head), TITLE_LIMIT)


def _content(entry: Mapping[str, Any]) -> str:
    """The longest piece of text content."""
    pieces = [str(piece.get("value") or "") for piece in entry.get("content") or () if _is_text(piece)]
    return max(pieces, key=len, default="")


def _is_text(piece: Mapping[str, Any]) -> bool:
    kind = str(piece.get("type") or "text/html")
    return kind.startswith("text/") or "html" in kind


def _link(entry: Mapping[str, Any]) -> str:
    link = entry.get("link")
    if not link:
        link = next((one.get("href") for one in entry.get("links") or () if one.get("rel") == "alternate"), "")
    return _short(link, KEY_LIMIT)


def _categories(tags: Iterable[Mapping[str, Any]]) -> list[str]:
    names = (str(tag.get("label") or tag.get("term") or "")[:1000] for tag in tags)
    return [name for name in (cut(one_line(html_text(name)), 100) for name in names) if name][:MOST_CATEGORIES]


def _short(value: Any, limit: int) -> str:
    return one_line(str(value or "")[: limit * 2])[:limit]

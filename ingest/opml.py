"""OPML subscription lists to the text of a ``feeds.yaml``."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat

import yaml
from yarl import URL

from ingest.config import url_fault
from ingest.links import link_key
from ingest.text import one_line
from marsad.errors import MarsadError

MOST_BYTES: Final = 20_000_000
_HEAD: Final = (
    "# Imported from OPML. Add language, country, family and reliability to each: rules and counts depend on them.\n"
)


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """``text`` is a whole ``feeds.yaml``; ``skipped`` says what was left out and why, never with a secret."""

    text: str
    feeds: int
    skipped: tuple[str, ...]


def feeds_from_opml(opml: bytes, known_slugs: Collection[str] = (), known_urls: Collection[str] = ()) -> OpmlImport:
    """Every outline with an xmlUrl, once. Raises MarsadError for what is no OPML or declares entities."""
    slugs = set(known_slugs)
    seen = {link_key(url) for url in known_urls}
    entries: list[dict[str, object]] = []
    skipped: list[str] = []
    for title, url, tag in _outlines(opml):
        name = title or URL(url).host or "feed" if not url_fault(url, may_hold_secrets=True) else title
        fault = url_fault(url, may_hold_secrets=False)
        if fault or link_key(url) in seen:
            skipped.append(f"{name or 'a feed without a title'}: {fault or 'stands twice'}")
            continue
        seen.add(link_key(url))
        slug = _free_slug(name, url, slugs)
        slugs.add(slug)
        entries.append({"slug": slug, "name": name, "url": url, **({"tags": [tag]} if tag else {})})
    body = yaml.safe_dump({"feeds": entries}, allow_unicode=True, sort_keys=False, width=1_000)
    return OpmlImport(_HEAD + body, len(entries), tuple(skipped))


def _outlines(opml: bytes) -> list[tuple[str, str, str]]:
    """Title, URL and enclosing folder of each feed."""
    reader = _Outlines()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    # No OPML needs a document type: without one there are no entities to expand.
    parser.StartDoctypeDeclHandler = reader.doctype
    if len(opml) > MOST_BYTES:
        raise MarsadError(f"the OPML is larger than {MOST_BYTES:,} bytes: no list of feeds is so large")
    try:
        parser.Parse(opml, True)
    except expat.ExpatError as error:
        raise MarsadError(f"not readable as OPML: line {error.lineno}: {expat.ErrorString(error.code)}") from error
    if not reader.is_opml:
        raise MarsadError("not an OPML file: its root element is not <opml>")
    return reader.found


class _Outlines:
    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self.is_opml = False
        self._folders: list[str] = []

    def doctype(self, *_: object) -> None:
        raise MarsadError("the OPML declares a document type: remove the <!DOCTYPE …> and try again")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.is_opml = self.is_opml or name.lower() == "opml"
        if name.lower() != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items()}
        title = one_line((given.get("title") or given.get("text") or "")[:400])[:200]
        url = given.get("xmlurl", "").strip()
        if url:
            self.found.append((title, url, next((folder for folder in reversed(self._folders) if folder), "")))
        self._folders.append("" if url else _slug(title))

    def end(self, name: str) -> None:
        if name.lower() == "outline":
            self._folders.pop()


def _free_slug(name: str, url: str, taken: Collection[str]) -> str:
    wanted = _slug(name) or _slug((URL(url).host or "").removeprefix("www.")) or "feed"
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted[:58]}-{number}" in taken:
        number += 1
    return f"{wanted[:58]}-{number}"


def _slug(name: str) -> str:
    """Latin letters and digits only; nothing for a name that has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")

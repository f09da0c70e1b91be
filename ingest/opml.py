"""OPML subscription lists to the text of a ``feeds.yaml``."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
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

_ENDING: Final = re.compile(r"(?:\.(?:xml|rss|rdf|atom|php)|/)+$")


@dataclass(frozen=True, slots=True)
class OpmlImport:
    """``text`` is a whole ``feeds.yaml``; ``skipped`` says what was left out and why, never with a secret."""

    text: str
    feeds: int
    skipped: tuple[str, ...]


def feeds_from_opml(opml: bytes, known_slugs: Collection[str] = (), known_urls: Collection[str] = ()) -> OpmlImport:
    """Every outline with an xmlUrl, once. Raises MarsadError for what is no OPML or declares entities."""
    seen = {link_key(url) for url in known_urls}
    found: list[tuple[str, str, str]] = []
    skipped: list[str] = []
    for title, url, tag in _outlines(opml):
        name = title or URL(url).host or "feed" if not url_fault(url, may_hold_secrets=True) else title
        fault = url_fault(url, may_hold_secrets=False)
        if fault or link_key(url) in seen:
            skipped.append(f"{name or 'a feed without a title'}: {fault or 'stands twice'}")
            continue
        seen.add(link_key(url))
        found.append((name, url, tag))
    slugs = _slugs([(name, url) for name, url, _ in found], known_slugs)
    entries = [
        {"slug": slug, "name": name, "url": url, **({"tags": [tag]} if tag else {})}
        for slug, (name, url, tag) in zip(slugs, found, strict=True)
    ]
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


def _slugs(feeds: Sequence[tuple[str, str]], known: Collection[str]) -> list[str]:
    """A slug for each name and URL: of the name where no other has it, else of the URL; in any order the same."""
    names, urls = [_slug_of_name(name) for name, _ in feeds], [_slug_of_url(url) for _, url in feeds]
    common = Counter(slug for pair in zip(names, urls, strict=True) for slug in dict.fromkeys(pair))
    taken = set(known)
    slugs: list[str] = []
    for name, by_url, (_, url) in zip(names, urls, feeds, strict=True):
        alone = (slug for slug in (name, by_url) if slug and common[slug] == 1)
        slugs.append(next(slug for slug in chain(alone, _numbered(by_url, url)) if slug not in taken))
        taken.add(slugs[-1])
    return slugs


def _numbered(slug: str, url: str) -> Iterator[str]:
    digest = sha256(link_key(url).encode()).hexdigest()
    return (f"{slug[: 62 - length]}-{digest[:length]}".lstrip("-") for length in range(6, 60))


def _slug_of_name(name: str) -> str:
    """Nothing for a name that Latin letters do not spell: half of a name, or none of it, is shared by many feeds."""
    letters = [sign for sign in unicodedata.normalize("NFKD", name) if sign.isalnum()]
    return _slug(name) if all(map(str.isascii, letters)) else ""


def _slug_of_url(url: str) -> str:
    """Host, path and query, less what most feeds' URLs have."""
    parsed = URL(url)
    path = _ENDING.sub("", parsed.path)
    return _slug(f"{(parsed.host or '').removeprefix('www.')} {path} {parsed.query_string}")


def _slug(name: str) -> str:
    """Latin letters and digits only; nothing for a name that has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")

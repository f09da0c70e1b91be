"""The genre: is this news, or somebody writing about news? (IPTC Genre NewsCodes; READING 6.3)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from marsad.codes import Genre
from marsad.reading import Evidence
from stream.reading.lexicon import Entry
from stream.reading.matcher import Hit
from stream.reading.segment import BlockKind, Page

_ENOUGH: Final = 2.0
_TITLE: Final = 1.0
_LEAD: Final = 0.7
_BODY: Final = 0.2
_SECTION: Final = 3.0
_QUESTION: Final = 2.0
_LONGEST_EVIDENCE: Final = 60

_SECTION_WORDS: Final[Mapping[Genre, str]] = {
    Genre.OPINION: "opinion opinions opinion-columns op-ed oped commentary comment columnists views blog blogs "
    "editorial editorials tribune tribunes idees debats chronique chroniques edito editos point-de-vue "
    "رأي راي آراء مقالات كتاب أعمدة",
    Genre.ANALYSIS: "analysis analyses analyse decryptage decryptages explainer explainers explained in-depth "
    "long-read enquete dossier dossiers grand-format تحليل تحليلات دراسات",
    Genre.INTERVIEW: "interview interviews entretien entretiens حوار حوارات مقابلات",
    Genre.FACT_CHECK: "fact-check factcheck fact-checking verification desintox fake-off تحقق",
    Genre.OBITUARY: "obituary obituaries obits necrologie carnet وفيات",
    Genre.LIVE: "live live-blog liveblog en-direct direct مباشر",
    Genre.RETROSPECTIVE: "history histoire archives throwback تاريخ ذاكرة",
    Genre.PRESS_RELEASE: "press-release press-releases communique communiques pressrelease بيانات",
    Genre.RESULTS: "statistics statistiques infographie infographies infographics إنفوغراف انفوجراف",
}
_ORDER: Final = tuple(Genre)
_SECTIONS: Final = {word: kind for kind, words in _SECTION_WORDS.items() for word in words.split()}
_ASKED: Final = re.compile(r"[?؟]\s*[\"'»”]?\s*$")
_ASKING: Final = re.compile(
    r"(?:why|how|what|who|pourquoi|comment|qui|que|quel\w*|لماذا|كيف|ما|ماذا|من هو|هل)\s", re.IGNORECASE
)
_NUMBERED: Final = re.compile(
    r"(?:\d+|five|ten|cinq|dix)\s+(?:things|reasons|questions|facts|choses|raisons|points)\b", re.IGNORECASE
)


class _Cue(NamedTuple):
    """What becomes evidence where its genre is chosen."""

    genre: str
    feature: str
    term: str
    points: float
    start: int = -1
    end: int = -1


def genre(
    hits: Sequence[Hit], page: Page, link: str = "", categories: Iterable[str] = ()
) -> tuple[Genre, tuple[Evidence, ...]]:
    """The genre with what speaks for it; ``CURRENT`` with nothing where no cue is strong enough.

    Cues are the lexicon's class ``gen`` in title and lead, the link's sections, the feed's
    categories, and headlines that ask.
    """
    cues = [*_said(hits, page), *_sections(link, categories), *_asking(page)]
    if not cues:  # as of most
        return Genre.CURRENT, ()
    points: dict[str, float] = {}
    for cue in cues:
        points[cue.genre] = points.get(cue.genre, 0.0) + cue.points
    best = max(points, key=lambda kind: (points[kind], -_ORDER.index(kind)), default=None)
    if best is None or points[best] < _ENOUGH:
        return Genre.CURRENT, ()
    return Genre(best), tuple(_evidence(cue) for cue in cues if cue.genre == best)


def _evidence(cue: _Cue) -> Evidence:
    return Evidence(feature=cue.feature, term=cue.term, points=cue.points, start=cue.start, end=cue.end)


def _said(hits: Sequence[Hit], page: Page) -> Iterator[_Cue]:
    for hit in hits:
        entry = hit.payload
        if isinstance(entry, Entry) and entry.cls == "gen":
            points = round(entry.weight * _where(hit, page), 3)
            yield _Cue(entry.concept, "genre", entry.term, points, hit.start, hit.end)


def _where(hit: Hit, page: Page) -> float:
    if page.title and page.title[0] <= hit.start < page.title[1]:
        return _TITLE
    if any(start <= hit.start < end for start, end in page.lead):
        return _LEAD
    return _BODY if page.kind_at(hit.start) in (BlockKind.TEXT, BlockKind.SUBHEAD) else 0.0


def _sections(link: str, categories: Iterable[str]) -> Iterator[_Cue]:
    for part in _path(link):
        if part in _SECTIONS:
            yield _Cue(_SECTIONS[part], "section", part, _SECTION)
    for category in categories:
        name = re.sub(r"\s+", "-", category.strip().casefold())
        if name in _SECTIONS:
            yield _Cue(_SECTIONS[name], "category", name[:_LONGEST_EVIDENCE], _SECTION)


def _path(link: str) -> list[str]:
    """The folders of a link, without its last part: a slug is a headline, not a section."""
    address = link.partition("#")[0].partition("?")[0]
    _scheme, separator, behind = address.partition("://")
    folders = (behind if separator else address).split("/")[1:-1]
    return unquote("/".join(folders), errors="replace").casefold().split("/") if folders else []


def _asking(page: Page) -> Iterator[_Cue]:
    title = page.title_text
    if not title or not page.title:
        return
    start, end = page.title
    asked = ("?" in title or "؟" in title) and _ASKED.search(title)
    if asked or _ASKING.match(title) or _NUMBERED.match(title):
        yield _Cue(Genre.ANALYSIS, "question", title[:_LONGEST_EVIDENCE], _QUESTION, start, end)

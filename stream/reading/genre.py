"""The genre: is this news, or somebody writing about news? (IPTC Genre NewsCodes; READING 6.3)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import unquote, urlsplit

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
_SECTIONS: Final = {word: kind for kind, words in _SECTION_WORDS.items() for word in words.split()}
_ASKING: Final = re.compile(
    r"[?؟]\s*[\"'»”]?\s*$|^(?:why|how|what|who|pourquoi|comment|qui|que|quel\w*|لماذا|كيف|ما|ماذا|من هو|هل)\s",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(
    r"^(?:\d+|five|ten|cinq|dix)\s+(?:things|reasons|questions|facts|choses|raisons|points)\b", re.IGNORECASE
)


def genre(
    hits: Sequence[Hit], page: Page, link: str = "", categories: Iterable[str] = ()
) -> tuple[Genre, tuple[Evidence, ...]]:
    """The genre with what speaks for it; ``CURRENT`` with nothing where no cue is strong enough.

    Cues are the lexicon's class ``gen`` in title and lead, the link's sections, the feed's
    categories, and headlines that ask.
    """
    evidence = [*_said(hits, page), *_sections(link, categories), *_asking(page)]
    points: dict[Genre, float] = {}
    for kind, cue in evidence:
        points[kind] = points.get(kind, 0.0) + cue.points
    order = list(Genre)
    best = max(points, key=lambda kind: (points[kind], -order.index(kind)), default=None)
    if best is None or points[best] < _ENOUGH:
        return Genre.CURRENT, ()
    return best, tuple(cue for kind, cue in evidence if kind is best)


def _said(hits: Sequence[Hit], page: Page) -> Iterable[tuple[Genre, Evidence]]:
    for hit in hits:
        entry = hit.payload
        if isinstance(entry, Entry) and entry.cls == "gen":
            points = round(entry.weight * _where(hit, page), 3)
            yield (
                Genre(entry.concept),
                Evidence(feature="genre", term=entry.term, points=points, start=hit.start, end=hit.end),
            )


def _where(hit: Hit, page: Page) -> float:
    if page.title and page.title[0] <= hit.start < page.title[1]:
        return _TITLE
    if any(start <= hit.start < end for start, end in page.lead):
        return _LEAD
    return _BODY if page.kind_at(hit.start) in (BlockKind.TEXT, BlockKind.SUBHEAD) else 0.0


def _sections(link: str, categories: Iterable[str]) -> Iterable[tuple[Genre, Evidence]]:
    for part in _path(link):
        if part in _SECTIONS:
            yield _SECTIONS[part], Evidence(feature="section", term=part, points=_SECTION)
    for category in categories:
        name = re.sub(r"\s+", "-", category.strip().casefold())
        if name in _SECTIONS:
            yield _SECTIONS[name], Evidence(feature="category", term=name[:_LONGEST_EVIDENCE], points=_SECTION)


def _path(link: str) -> list[str]:
    """The folders of a link, without its last part: a slug is a headline, not a section."""
    try:
        path = urlsplit(link).path
    except ValueError:  # a bracket that no address has
        return []
    return unquote(path, errors="replace").casefold().split("/")[1:-1]


def _asking(page: Page) -> Iterable[tuple[Genre, Evidence]]:
    title = page.title_text
    if not title or not page.title:
        return
    start, end = page.title
    for pattern in (_ASKING, _NUMBERED):
        if pattern.search(title):
            yield (
                Genre.ANALYSIS,
                Evidence(feature="question", term=title[:_LONGEST_EVIDENCE], points=_QUESTION, start=start, end=end),
            )
            return

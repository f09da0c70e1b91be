"""The reader: an article in, its reading out. Pure, deterministic, each label with its evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import msgspec

from marsad.article import Article
from marsad.reading import BODY_HEAD, Appended, Reading, Scores
from stream.reading.appended import AppendedBlock
from stream.reading.event import Judged, judge
from stream.reading.gate import passes
from stream.reading.gazetteer import Gazetteer
from stream.reading.heads import Heads
from stream.reading.language import Languages
from stream.reading.lexicon import Lexicon
from stream.reading.look import Look, stretches
from stream.reading.matcher import Hit, Matcher
from stream.reading.origin import AGENCY, domain, origin, signature
from stream.reading.places import event_place, focus
from stream.reading.segment import segment
from stream.reading.sketch import sketch
from stream.reading.text import Text
from stream.reading.topics import TopicTable, topics

_MOST_APPENDED: Final = 3
"""Appended articles that are read: they alert nobody, and a page may hold dozens."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the heads see of an article; the fitting scripts see the same."""

    features: Mapping[str, float]
    grams: Sequence[str]
    passes: bool
    """A word of violence near the top opened the gate."""


class Reader:
    """Reads articles. Building it loads lexicon, gazetteer and weights once; reading changes nothing."""

    def __init__(
        self, lexicon: Lexicon, gazetteer: Gazetteer, heads: Heads, languages: Languages, table: TopicTable
    ) -> None:
        self._heads = heads
        self._languages = languages
        self._table = table
        self._matcher = Matcher([*lexicon.terms(), *table.terms(), *gazetteer.terms()])
        self._agencies = Matcher([term for term in lexicon.terms() if term.payload.cls == AGENCY])

    @classmethod
    def packaged(cls, lexicon_overlays: Iterable[str] = (), gazetteer_texts: Iterable[tuple[str, str]] = ()) -> Self:
        """The shipped reader, with an operator's lexicon overlays and gazetteer files. Raises ConfigError.

        The files come as (name, text), so that every process that builds a reader builds the same one.
        """
        return cls(
            Lexicon.packaged(lexicon_overlays),
            Gazetteer.widened(gazetteer_texts),
            Heads.packaged(),
            Languages(),
            TopicTable.packaged(),
        )

    def signs(self, article: Article) -> Signs:
        """What the heads would see, gate or no gate."""
        look = self._look(article)
        return Signs(look.features(), look.grams, passes(look.hits, lambda: False))

    def read(self, article: Article) -> Reading:
        """Everything that can be read in the article. Relative dates count from its publication."""
        look = self._look(article)
        gated = self._is_gated(look)
        judged = Judged(None, Scores()) if gated else self._judge(look)
        return Reading(
            article_id=article.id,
            revision=article.revision,
            source=article.source,
            link=article.link,
            domain=domain(article.link),
            title=article.title,
            summary=article.summary,
            body_head=article.body[:BODY_HEAD],
            published=article.published,
            observed_at=article.observed_at,
            backlog=article.backlog,
            language=look.language,
            genre=look.genre[0],
            topics=topics(look.hits, look.page, self._table),
            places=look.places,
            countries=focus(look.places),
            actors=look.actors,
            scores=judged.scores,
            event=judged.event,
            appended=tuple(self._appended(article, block) for block in look.page.appended[:_MOST_APPENDED]),
            origin=self._origin(look.page.text, look.found),
            sketch=sketch(look.main_norm),
            gated=gated,
        )

    def _look(self, article: Article) -> Look:
        page = segment(article.title, article.summary, article.body)
        text = Text(page.opening)
        language, _sure = self._languages.detect(page.language_text, article.language)
        return Look(
            page=page,
            text=text,
            language=language,
            found=self._matcher.find(text),
            today=(article.published or article.observed_at).date(),
            feed_country=article.source.country,
            link=article.link,
            categories=article.categories,
        )

    def _origin(self, page: str, found: Sequence[Hit]) -> str | None:
        tail = signature(page)
        return origin(page, found, self._agencies.find(Text(tail)) if tail else ())

    def _is_gated(self, look: Look) -> bool:
        return not passes(look.hits, lambda: self._heads.suspects(look.grams))

    def _judge(self, look: Look) -> Judged:
        judgement = self._heads.judge(look.features(), look.grams)
        return judge(
            look.sentences,
            judgement,
            threshold=self._heads.threshold,
            actors=look.actors,
            place_of=lambda best: event_place(look.places, stretches(look, best), look.told_places.passing),
        )

    def _appended(self, article: Article, block: AppendedBlock) -> Appended:
        """The event of an appended article, from its title and first paragraph.

        Its evidence is left out: those offsets would count in a text of its own.
        """
        alone = msgspec.structs.replace(article, title=block.title, summary=block.summary, body="", link="")
        look = self._look(alone)
        event = None if self._is_gated(look) else self._judge(look).event
        bare = None if event is None else msgspec.structs.replace(event, evidence=())
        return Appended(title=block.title, summary=block.summary, start=block.start, end=block.end, event=bare)

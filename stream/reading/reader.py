"""The reader: an article in, its reading out. Pure, deterministic, each label with its evidence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from msgspec.structs import replace

from marsad.article import Article
from marsad.codes import Genre
from marsad.reading import BODY_HEAD, Actor, Appended, Place, Reading, Scores, Topic
from stream.reading.appended import AppendedBlock
from stream.reading.event import Judged, judge
from stream.reading.event_place import event_place
from stream.reading.gate import passes
from stream.reading.gazetteer import Gazetteer
from stream.reading.grams import grams
from stream.reading.heads import Heads
from stream.reading.keywords import Keywords
from stream.reading.language import Languages
from stream.reading.lexicon import Lexicon
from stream.reading.look import Look, stretches
from stream.reading.matcher import Matcher
from stream.reading.origin import AGENCY, domain, origins, signature
from stream.reading.places import focus
from stream.reading.segment import segment
from stream.reading.sketch import sketches
from stream.reading.text import Text
from stream.reading.topics import TOPIC, TopicTable

_MOST_APPENDED: Final = 3
"""Appended articles that are read: they alert nobody, and a page may hold dozens."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the heads see of an article; the fitting scripts see the same."""

    features: Mapping[str, float]
    grams: Sequence[str]


class Reader:
    """Reads articles. Building it loads lexicon, gazetteer and weights once; reading changes nothing."""

    def __init__(
        self, lexicon: Lexicon, gazetteer: Gazetteer, heads: Heads, languages: Languages, table: TopicTable
    ) -> None:
        self._heads = heads
        self._languages = languages
        self._matcher = Matcher([*lexicon.terms(), *table.terms(lexicon.entries), *gazetteer.terms()], TOPIC)
        self._keywords = Keywords(self._matcher.counted, table)
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
        (look,) = self._looks([article])
        return Signs(look.features(), grams(look.gram_words))

    def read(self, article: Article) -> Reading:
        """Everything that can be read in the article. Relative dates count from its publication."""
        return self.read_many([article])[0]

    def read_many(self, articles: Sequence[Article]) -> list[Reading]:
        """The readings of several articles, in their order, each as ``read`` would give it.

        All go through one step before the first goes through the next, which costs a fourth less than one by
        one: texts are folded together, and a step's code and tables stay in the processor's cache.
        """
        looks = self._looks(articles)
        places = [look.places for look in looks]
        labels = zip([look.genre[0] for look in looks], places, [look.actors for look in looks], strict=True)
        judged = self._judged(looks)
        about = self._keywords.topics([look.found for look in looks], [look.page for look in looks])
        agencies = _agencies(looks, self._agencies)
        sketched = sketches([look.main_norm for look in looks])
        appended = self._appended(articles, looks)
        steps = zip(articles, looks, labels, judged, about, agencies, sketched, appended, strict=True)
        return [_reading(*one) for one in steps]

    def _looks(self, articles: Sequence[Article]) -> list[Look]:
        pages = [segment(article.title, article.summary, article.body) for article in articles]
        texts = Text.many([page.opening for page in pages])
        languages = [
            self._languages.detect(page.language_text, article.language)[0]
            for page, article in zip(pages, articles, strict=True)
        ]
        found = self._matcher.matches(texts)
        return [
            Look(
                page=page,
                text=text,
                language=language,
                found=matches,
                today=(article.published or article.observed_at).date(),
                feed_country=article.source.country,
                link=article.link,
                categories=article.categories,
            )
            for article, page, text, language, matches in zip(articles, pages, texts, languages, found, strict=True)
        ]

    def _judged(self, looks: Sequence[Look]) -> list[Judged | None]:
        """The judgements; None for those that the gate keeps from the heads."""
        gated = [self._is_gated(look) for look in looks]
        return [None if closed else self._judge(look) for look, closed in zip(looks, gated, strict=True)]

    def _is_gated(self, look: Look) -> bool:
        return not passes(look.violent, lambda: self._heads.violence(look.gram_words), sure=self._heads.gate)

    def _judge(self, look: Look) -> Judged:
        judgement = self._heads.judge(look.features(), look.gram_words)
        return judge(
            look.sentences,
            judgement,
            threshold=self._heads.threshold,
            actors=look.actors,
            place_of=lambda best: event_place(look.places, stretches(look, best), look.told_places.passing),
        )

    def _appended(self, articles: Sequence[Article], looks: Sequence[Look]) -> list[tuple[Appended, ...]]:
        """The events of the articles appended to each, from their titles and first paragraphs."""
        blocks = [look.page.appended[:_MOST_APPENDED] for look in looks]
        if not any(blocks):
            return [()] * len(looks)
        alone = [
            replace(article, title=block.title, summary=block.summary, body="", link="")
            for article, appended in zip(articles, blocks, strict=True)
            for block in appended
        ]
        judged = iter(self._judged(self._looks(alone)))
        return [tuple(_event_of(block, next(judged)) for block in appended) for appended in blocks]


def _agencies(looks: Sequence[Look], matcher: Matcher) -> list[str | None]:
    """The agencies credited; ``matcher`` looks for them where papers sign, which is mostly not in the opening."""
    pages = [look.page.text for look in looks]
    signed = matcher.matches(Text.many([signature(page) for page in pages]))
    return origins(pages, [look.found.of(AGENCY) for look in looks], [end.of(AGENCY) for end in signed])


def _event_of(block: AppendedBlock, judged: Judged | None) -> Appended:
    """Without the event's evidence: those offsets would count in a text of its own."""
    event = judged.event if judged else None
    bare = None if event is None else replace(event, evidence=())
    return Appended(title=block.title, summary=block.summary, start=block.start, end=block.end, event=bare)


def _reading(
    article: Article,
    look: Look,
    labels: tuple[Genre, tuple[Place, ...], tuple[Actor, ...]],
    judged: Judged | None,
    about: tuple[Topic, ...],
    agency: str | None,
    sketched: bytes,
    appended: tuple[Appended, ...],
) -> Reading:
    genre, places, actors = labels
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
        genre=genre,
        topics=about,
        places=places,
        countries=focus(places),
        actors=actors,
        scores=judged.scores if judged else Scores(),
        event=judged.event if judged else None,
        appended=appended,
        origin=agency,
        sketch=sketched,
        gated=judged is None,
    )

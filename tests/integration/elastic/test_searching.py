"""What was read in one language is found in another, on a real Elasticsearch."""

import asyncio
from contextlib import closing

import pytest
from integration.elastic.samples import NOON, put, searched, set_up

from marsad.article import Article, Source
from marsad.indexing import concepts, label_names
from stream.index.elastic_client import ElasticClient
from stream.index.elastic_documents import Documents
from stream.index.elastic_search import ElasticSearch
from stream.index.fts import FtsIndex
from stream.index.protocol import Indexed, Query
from stream.reading.gazetteer import Gazetteer
from stream.reading.lexicon import Lexicon
from stream.reading.reader import Reader
from stream.reading.topics import TopicTable

NEWS = {
    "ar": (
        "مقتل ثلاثة جنود في كمين شمال مالي",
        "قُتل ثلاثة جنود ماليين اليوم الاثنين في كمين نصبه مسلحون قرب مدينة غاو، وفق ما أعلن الجيش.",
    ),
    "fr": (
        "Trois soldats tués dans une embuscade au Mali",
        "Trois soldats maliens ont été tués lundi dans une embuscade près de Gao, a annoncé l'armée.",
    ),
    "en": (
        "Three soldiers killed in ambush in Mali",
        "Three Malian soldiers were killed on Monday in an ambush near Gao, the army said.",
    ),
    "budget": ("Le budget adopté à Paris", "Les députés ont adopté le budget mardi soir."),
}


@pytest.fixture
def indexed():
    reader, lexicon = Reader.packaged(), Lexicon.packaged()
    names = concepts(Gazetteer.packaged(), lexicon, TopicTable.packaged())
    made = []
    for key, (title, body) in NEWS.items():
        article = Article(
            id=key, source=Source(feed=key), title=title, body=body, published=NOON, observed_at=NOON, language=None
        )
        reading = reader.read(article)
        made.append(Indexed(reading=reading, text=body, labels=names.labels(reading)))
    return made


ASKED = {
    "Mali": {"ar", "fr", "en"},
    "مالي": {"ar", "fr", "en"},
    "embuscade": {"ar", "fr", "en"},
    "ambush Mali": {"ar", "fr", "en"},
    "هجوم": {"ar", "fr", "en"},
    "غاو": {"ar"},
    "لمدينة": {"ar"},
    "soldats tues": {"fr"},
    '"killed on monday"': {"en"},
    "budget": {"budget"},
    "budget -Paris": set(),
}


def test_words_and_concepts_find_what_they_find_in_the_embedded_index(loaded):
    for index in loaded:
        found = {asked: {one.article_id for one in index.search(Query(text=asked))} for asked in ASKED}
        assert found == ASKED


@pytest.fixture
def loaded(elastic_access, indexed, tmp_path):
    documents = Documents(label_names(Lexicon.packaged(), TopicTable.packaged()))

    async def load():
        async with ElasticClient(elastic_access) as client:
            await set_up(client, elastic_access)
            assert await put(elastic_access, [documents.article(one) for one in indexed]) == []
            assert len(await searched(client, elastic_access, "articles")) == len(NEWS)

    asyncio.run(load())
    with closing(FtsIndex.open(tmp_path / "search.db")) as embedded:
        embedded.put(indexed, 1)
        yield embedded, ElasticSearch(elastic_access)

from reading_builders import article, reader

from marsad.codes import Role
from stream.reading.lexicon import Entry
from stream.reading.look import stretches


def looked(title, body, **fields):
    return reader()._looks([article(title, body=body, **fields)])[0]


BODY = (
    "Gunmen after an attack in Gao yesterday (Reuters)\n"
    "The minister opened a market in Niamey on Thursday and spoke to traders for an hour.\n"
    "He promised that the road to the market would be repaired before the rains come.\n"
)


def violent(look):
    return [hit for hit in look.entries if isinstance(hit.payload, Entry) and hit.payload.cls == "ev"]


def test_a_caption_tells_nothing():
    look = looked("Minister opens market", BODY)
    assert not violent(look)
    assert look.found.of("ev")
    assert look.found.of("place")
    assert {place.name for place in look.places} == {"Niamey"}


def test_the_same_words_in_the_text_do():
    assert violent(looked("Minister opens market", BODY.replace("(Reuters)", "fled the town, residents said.")))


def test_grams_mask_the_places_found():
    assert "¤" in looked("Attack in Gao, Mali", "Gunmen attacked a base in Gao, Mali, on Thursday.").gram_words


def test_a_page_without_a_title_has_grams_of_its_text():
    look = looked("", "Gunmen attacked a base in the north of the country on Thursday and killed five soldiers.\n")
    assert "attacked" in look.gram_words


def test_the_event_sentence_comes_first_of_the_stretches():
    look = looked("A day in the north", "It was calm in the morning. Gunmen attacked a base near Gao at noon.")
    best = look.sentences[2]
    assert stretches(look, best)[0] == (best.start, best.end)
    assert len(stretches(look, best)) == 3


def test_only_sentences_that_tell_violence_make_a_place_the_events():
    look = looked(
        "Gunmen attack a base near Gao", "The minister opened a market in Niamey. He had a heart attack in Dakar."
    )
    assert [sentence.raw[sentence.start : sentence.end] for sentence in look.violent] == [
        "Gunmen attack a base near Gao"
    ]
    roles = {place.name: place.role for place in look.places}
    assert roles == {"Gao": Role.EVENT, "Niamey": Role.MENTION, "Dakar": Role.MENTION}


def test_a_place_far_down_stands_in_none_of_the_sentences_that_count():
    look = looked("Calm day", "Nothing happened that day. " * 20 + "The minister went home to Niamey.")
    assert look.places
    assert look.placed == {}

import pytest

from marsad.codes import Genre
from marsad.errors import ConfigError
from stream.reading.lexicon import ACTOR_KINDS, Lexicon
from stream.reading.matcher import Matcher
from stream.reading.text import Text

HEAD = "class\tconcept\tlanguage\tterm\tweight\tflag\tnote\n"
BASE = HEAD + "ev\tattack\tar\tهجوم\t2.2\tn\tnote\nev\tattack\ten\tattack\t2\tw\n"


def terms(lexicon):
    return [(entry.term, entry.weight) for entry in lexicon.entries]


def test_a_file_is_read_line_by_line():
    lexicon = Lexicon.from_tsv("# comment\n\n" + BASE)
    assert terms(lexicon) == [("هجوم", 2.2), ("attack", 2.0)]
    assert lexicon.entries[0].note == "note"
    assert [term.payload for term in lexicon.terms()] == list(lexicon.entries)


@pytest.mark.parametrize(
    ("overlay", "expected"),
    [
        pytest.param("ev\tattack\ten\tAttack\t1\tw", [("هجوم", 2.2), ("Attack", 1.0)], id="replaces in whatever case"),
        pytest.param("ev\tattack\tar\tهُجوم\t0\tn", [("attack", 2.0)], id="weight 0 removes, harakat or not"),
        pytest.param("ev\tattack\ten\tattack\t-\tw", [("هجوم", 2.2)], id="a dash removes"),
        pytest.param(
            "ev\tambush\ten\tattack\t1\tw", [("هجوم", 2.2), ("attack", 2.0), ("attack", 1.0)], id="another concept adds"
        ),
        pytest.param(
            "ev\tattack\ten\tnever there\t-\tw", [("هجوم", 2.2), ("attack", 2.0)], id="removing nothing is fine"
        ),
    ],
)
def test_an_overlay_changes_the_lexicon(overlay, expected):
    assert terms(Lexicon.from_tsv(BASE, [overlay])) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ev\tattack\ten\tattack\t2", "lexicon.tsv:3: 5 columns; write class TAB concept"),
        ("evv\tattack\ten\ta\t2\tw", "lexicon.tsv:3: class: unknown class 'evv' (did you mean 'ev'?)"),
        ("ev\t\ten\ta\t2\tw", "lexicon.tsv:3: concept: is empty; write an id"),
        ("ev\tattack\t\ta\t2\tw", "lexicon.tsv:3: language: is empty; write ar, fr, en or the like"),
        (
            "ev\tattack\ten\t!?\t2\tw",
            "lexicon.tsv:3: term: '!?' has no letters or digits; write the word as it stands in text",
        ),
        ("ev\tattack\ten\ta\ttwo\tw", "lexicon.tsv:3: weight: 'two' is no number other than 0; write one like 2.5"),
        ("ev\tattack\ten\ta\t0\tw", "lexicon.tsv:3: weight: '0' is no number other than 0; write one like 2.5"),
        ("ev\tattack\ten\ta\tnan\tw", "lexicon.tsv:3: weight: 'nan' is no number other than 0; write one like 2.5"),
        (
            "ev\tattack\ten\ta\t2\tq",
            "lexicon.tsv:3: flag: unknown flag 'q'; write one of c, cap, d, m, n, p, t, v, w, x, x2",
        ),
        ("actor\tjnim\ten\tJNIM\t1\tw", "lexicon.tsv:3: flag: unknown flag 'w'; write one of non-state, state"),
    ],
)
def test_a_bad_line_is_refused_with_its_place(line, message):
    with pytest.raises(ConfigError) as raised:
        Lexicon.from_tsv(HEAD + "\n" + line)
    assert str(raised.value).startswith(message)


def test_all_problems_are_told_at_once():
    with pytest.raises(ConfigError) as raised:
        Lexicon.from_tsv("ev\tx\n", ["ev\ty\n"])
    assert [str(problem).split(":")[0] for problem in raised.value.problems] == ["lexicon overlay 1", "lexicon.tsv"]


def test_actors_have_labels_and_a_kind():
    lexicon = Lexicon.from_tsv(
        "actor\tjnim\ten\tJNIM\t1\tnon-state\nactor\tjnim\tfr\tGSIM\t1\tnon-state\nact\tjnim\ten\tjnim\t1\tw\n"
    )
    assert lexicon.actors == {"jnim": {"en": "JNIM", "fr": "GSIM"}}
    assert lexicon.actor_kinds == {"jnim": "non-state"}
    assert [entry.cls for entry in lexicon.entries] == ["act"]


def test_an_overlay_leaves_the_shipped_lexicon_as_it_is():
    first = Lexicon.packaged().entries[0]
    removed = f"{first.cls}\t{first.concept}\t{first.language}\t{first.term}\t-\t{first.flag}"
    assert first not in Lexicon.packaged([removed]).entries
    assert Lexicon.packaged().entries[0] == first


def test_the_shipped_lexicon_is_sound():
    lexicon = Lexicon.packaged()
    named = {entry.concept for entry in lexicon.of("act")}
    assert named == set(lexicon.actors)
    assert all(set(labels) >= {"ar", "fr", "en"} for labels in lexicon.actors.values())
    assert set(lexicon.actor_kinds.values()) == ACTOR_KINDS
    assert {entry.concept for entry in lexicon.of("gen")} <= set(Genre)
    assert all(
        entry.weight < 0 for cls in ("bg", "st", "pol", "mod", "blk", "neg", "foil") for entry in lexicon.of(cls)
    )
    assert all(entry.weight > 0 for cls in ("ev", "kill", "inj", "clm", "act") for entry in lexicon.of(cls))
    for cls in ("ev", "kill", "inj", "tgt", "per", "rec", "bg", "pol", "mod", "foil", "neg", "blk"):
        languages = {entry.language for entry in lexicon.of(cls)}
        assert languages >= {"ar", "fr", "en", "ha", "sw"}, cls


@pytest.fixture(scope="module")
def matcher():
    return Matcher(Lexicon.packaged().terms())


@pytest.mark.parametrize(
    ("raw", "concept"),
    [
        ("اغتالت مجموعة مسلحة ضابطاً", "assassination"),
        ("يضرب صاروخ المدينة وأطلقت صواريخ", "shelling"),
        ("تبادل لإطلاق النار", "clash"),
        ("فجّر انتحاري نفسه", "suicide"),
        ("شنّوا غارات جوية", "air"),
        ("gunmen kidnapped thirty pupils", "abduction"),
        ("des hommes armés ont tendu une embuscade", "ambush"),
        ("'Yan bindiga sun kai hari", "attack"),
        ("bomu lilipuka sokoni", "explosion"),
        ("soldats putschistes", "coup"),
    ],
)
def test_words_of_violence_are_known(matcher, raw, concept):
    assert concept in {hit.payload.concept for hit in matcher.find(Text(raw)) if hit.payload.cls == "ev"}


@pytest.mark.parametrize(
    "raw",
    [
        "heart attack",
        "explosion des prix",
        "هجوم لاذع",
        "وقف إطلاق نار",
        "attaque en justice",
        "انفجار سكاني",
        "cyber attack",
    ],
)
def test_homonyms_are_blocked_by_a_longer_phrase(matcher, raw):
    hits = matcher.find(Text(raw))
    blocks = [hit for hit in hits if hit.payload.cls == "blk"]
    events = [hit for hit in hits if hit.payload.cls == "ev"]
    assert events
    assert all(any(b.start <= e.start and e.end <= b.end for b in blocks) for e in events)

"""The wire format: what goes out comes back, what is none of ours is refused."""

import json
from datetime import UTC, datetime

import pytest
from golden.words import READING
from hypothesis import given
from hypothesis import strategies as st

from marsad.article import Article, Source
from marsad.codec import decode, decode_article, decode_effect, decode_record, encode, with_text
from marsad.errors import DecodeError
from marsad.log import ReadingRecord, Tick, Ticked
from marsad.reading import WholeReading
from marsad.story import Story

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
TICK = b'1.0 {"type":"tick","minute":"2026-11-16T12:00:00Z"}'
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@given(TEXT, TEXT, st.datetimes(timezones=st.just(UTC)), st.lists(TEXT).map(tuple))
def test_what_goes_out_comes_back(title, body, moment, categories):
    article = Article(
        id="a", source=Source(feed="f"), title=title, body=body, observed_at=moment, categories=categories
    )
    assert decode_article(encode(article)) == article


def test_the_prefix_is_the_schema_version():
    assert encode(Tick(minute=NOON)) == TICK


def test_equal_words_give_equal_bytes_whatever_order_they_were_built_in():
    def story(countries):
        return Story(
            id="s", version=1, title="t", language="fr", opened_at=NOON, updated_at=NOON,
            members=(), families=(), languages=(), countries=countries,
        )  # fmt: skip

    assert encode(story({"ML": 0.5, "NE": 0.2})) == encode(story({"NE": 0.2, "ML": 0.5}))


@pytest.mark.parametrize("version", [b"1.0", b"1.7", b"1.123456"])
def test_fields_of_a_later_minor_version_are_passed_over(version):
    later = version + b' {"type":"tick","minute":"2026-11-16T12:00:00Z","new":[{"x":1}]}'
    assert decode_record(later) == Tick(minute=NOON)


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        pytest.param(b"", "not a Marsad message: it starts with b''", id="nothing"),
        pytest.param(b"{}", "not a Marsad message", id="bare JSON"),
        pytest.param(b"x.y {}", "not a Marsad message", id="no numbers"),
        pytest.param(b"1.0{}", "not a Marsad message", id="no space"),
        pytest.param(b"1 {}", "not a Marsad message", id="no minor"),
        pytest.param(b"1.00000000000000 {}", "not a Marsad message", id="an endless prefix"),
        pytest.param("١.٠ {}".encode(), "not a Marsad message", id="Arabic digits"),
        pytest.param(b"2.0 {}", "message of schema version 2.0; this Marsad reads 1.x", id="another major"),
        pytest.param(b"0.9 {}", "message of schema version 0.9; this Marsad reads 1.x", id="an older major"),
        pytest.param("1.0 {}", "not a Marsad message: str in place of bytes", id="text"),
        pytest.param(None, "not a Marsad message: NoneType in place of bytes", id="nothing at all"),
        pytest.param(b"1.0 ", "undecodable message", id="no body"),
        pytest.param(b"1.0 \xff\xfe", "undecodable message", id="no UTF-8"),
        pytest.param(b'1.0 {"type":"later"}', "undecodable message: Invalid value 'later'", id="unknown kind"),
        pytest.param(b'1.0 {"x":' + b"[" * 100_000, "undecodable message", id="nested without end"),
    ],
)
def test_what_is_no_message_is_refused(payload, message):
    for read in (decode_record, decode_effect):
        with pytest.raises(DecodeError, match=f"^{message}"):
            read(payload)


def test_a_message_without_a_needed_field_is_refused():
    with pytest.raises(DecodeError, match="missing required field `minute`"):
        decode_record(b'1.0 {"type":"tick"}')


def test_a_record_is_no_effect_and_no_article():
    with pytest.raises(DecodeError):
        decode_effect(TICK)
    with pytest.raises(DecodeError):
        decode_article(TICK)


def test_an_article_without_a_time_zone_is_refused():
    body = {"id": "a", "source": {"feed": "f"}, "observed_at": "2026-11-16T12:00:00"}
    with pytest.raises(DecodeError, match="observed_at must be timezone-aware"):
        decode_article(b"1.0 " + json.dumps(body).encode())


def test_a_stored_word_is_decoded_by_its_kind():
    assert decode(Ticked, encode(Ticked(minute=NOON))) == Ticked(minute=NOON)
    with pytest.raises(DecodeError):
        decode(Story, encode(Ticked(minute=NOON)))


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded_or_refused(payload):
    for body in (payload, b"1.0 " + payload):
        for read in (decode_article, decode_record, decode_effect):
            with pytest.raises(DecodeError):
                read(body)


@given(TEXT)
def test_a_record_becomes_a_whole_reading_without_being_decoded(text):
    record = encode(ReadingRecord(reading=READING))
    assert with_text(record, text) == encode(WholeReading(reading=READING, text=text))


@pytest.mark.parametrize("payload", [TICK, b"garbage", b"2.0 {}", b'1.0 {"type":"reading"}'])
def test_what_is_no_record_of_a_reading_becomes_none(payload):
    with pytest.raises(DecodeError):
        with_text(payload, "text")

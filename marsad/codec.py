"""The wire format, known here only: JSON by msgspec, behind a schema-version prefix.

A message is ``<major>.<minor> <json>``. Within a major version fields are only added, with
defaults, so older bytes stay decodable; an unknown major is refused for parking.
"""

from typing import Any, Final, TypeVar

import msgspec

from marsad.article import Article
from marsad.errors import DecodeError
from marsad.log import Effect, Record

MAJOR: Final = 1
MINOR: Final = 0
_PREFIX: Final = f"{MAJOR}.{MINOR} ".encode()
_LONGEST_PREFIX: Final = 12

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="deterministic")
_articles = msgspec.json.Decoder(Article)
_records: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)
_effects: msgspec.json.Decoder[Effect] = msgspec.json.Decoder(Effect)


class _RawRecord(msgspec.Struct, tag="reading"):
    """A ReadingRecord whose reading stays as it is written."""

    reading: msgspec.Raw


class _RawWhole(msgspec.Struct):
    """A WholeReading whose reading stays as it is written."""

    reading: msgspec.Raw
    text: str


_raw_records = msgspec.json.Decoder(_RawRecord)


def encode(message: msgspec.Struct) -> bytes:
    """The bytes of any word. Deterministic: equal words give equal bytes."""
    return _PREFIX + _encoder.encode(message)


def decode_article(payload: bytes) -> Article:
    """Raises DecodeError."""
    return _decode(_articles, payload)


def decode_record(payload: bytes) -> Record:
    """Raises DecodeError."""
    return _decode(_records, payload)


def decode_effect(payload: bytes) -> Effect:
    """Raises DecodeError."""
    return _decode(_effects, payload)


def with_text(record: bytes, text: str) -> bytes:
    """The WholeReading of an encoded ReadingRecord, which is copied without being decoded. Raises DecodeError."""
    return encode(_RawWhole(_decode(_raw_records, record).reading, text))


def decode(kind: type[T], payload: bytes) -> T:
    """A word of the given kind, for stored state. Raises DecodeError."""
    return _decode(msgspec.json.Decoder(kind), payload)


def _decode(decoder: msgspec.json.Decoder[T], payload: Any) -> T:
    if not isinstance(payload, bytes):  # a row that another hand changed may hold anything
        raise DecodeError(f"not a Marsad message: {type(payload).__name__} in place of bytes")
    head, space, _rest = payload[:_LONGEST_PREFIX].partition(b" ")
    major, dot, minor = head.partition(b".")
    if not (space and dot and major.isdigit() and minor.isdigit()):
        raise DecodeError(f"not a Marsad message: it starts with {payload[:_LONGEST_PREFIX]!r}")
    if int(major) != MAJOR:
        raise DecodeError(f"message of schema version {head.decode()}; this Marsad reads {MAJOR}.x")
    try:
        return decoder.decode(payload[len(head) + 1 :])
    except (msgspec.DecodeError, ValueError, RecursionError) as error:  # the last for JSON nested without end
        raise DecodeError(f"undecodable message: {error}") from error

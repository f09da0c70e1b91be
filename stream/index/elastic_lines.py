"""Operations as the lines of ``_bulk`` requests, none too large for a server. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import orjson

from stream.index.elastic_errors import one_line
from stream.index.elastic_operation import Operation, Rejected, storable

MOST_DOCUMENTS: Final = 500
MOST_BYTES: Final = 5_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """An operation as it is sent, line breaks included."""

    operation: Operation
    payload: bytes


def encoded(operation: Operation, prefix: str) -> Line | Rejected:
    """The operation's one or two lines; what JSON cannot hold is replaced or, if it is a number, rejected."""
    action = orjson.dumps(operation.action(operation.place.alias(prefix)))
    if operation.document is None:
        return Line(operation, b"%b\n" % action)
    try:
        body = orjson.dumps(operation.document)
    except orjson.JSONEncodeError:
        try:
            body = orjson.dumps(storable(operation.document))
        except orjson.JSONEncodeError as error:
            return Rejected(operation=operation, reason=one_line(str(error)), kind="encoding")
    return Line(operation, b"%b\n%b\n" % (action, body))


def chunks(lines: Iterable[Line]) -> Iterator[Sequence[Line]]:
    """Up to 500 documents and 5 MB each; a larger document goes alone."""
    chunk: list[Line] = []
    size = 0
    for line in lines:
        if chunk and (len(chunk) >= MOST_DOCUMENTS or size + len(line.payload) > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line.payload)
    if chunk:
        yield chunk

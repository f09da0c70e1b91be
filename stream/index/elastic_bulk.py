"""Writes to Elasticsearch: none lost, none twice, whatever the server does meanwhile.

Ids and versions are ours, so any operation may be sent again: what is there already, or newer, is left
alone (409). What is transient is waited out without end; what will never be taken comes back to be parked.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from stream.index.elastic_errors import EXISTS, ElasticError, RefusedError, one_line, reason_of
from stream.index.elastic_indices import Place
from stream.index.elastic_lines import Line, chunks, encoded
from stream.index.elastic_months import ArticleMonths
from stream.index.elastic_operation import Operation, Rejected
from stream.index.elastic_patience import Patience, PatientRequests, Trouble
from stream.index.elastic_requests import Json, Requests
from stream.index.elastic_templates import creation

IN_FLIGHT: Final = 4
"""Requests at a time: two already double the speed of one."""
_PARAMS: Final = {
    "require_alias": "true",  # else a missing alias would become an index with a guessed mapping
    "filter_path": "items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by",
}
_TAKEN: Final = frozenset((200, 201))
_CONFLICT: Final = 409
"""Ours already, or a newer one: versions only grow, and an id without version names its content."""
_MISSING: Final = 404
_NOT_ALLOWED: Final = 403
_BUSY: Final = frozenset((429, 500, 502, 503, 504))
_BLOCKED: Final = "cluster_block_exception"
_TOO_LARGE: Final = 413
_MALFORMED: Final = 400


@dataclass(slots=True)
class Counts:
    """Since the start."""

    taken: int = 0
    known: int = 0
    """Redelivered or out of date: left alone."""
    rejected: int = 0


class _Fate(StrEnum):
    TAKEN = "taken"
    KNOWN = "known"
    AGAIN = "again"
    NO_INDEX = "no index"
    NOT_ALLOWED = "not allowed"
    NEVER = "never"


@dataclass(slots=True)
class _Sorted:
    """The items of one answer, by what there is to do."""

    again: list[Line] = field(default_factory=list)
    homeless: list[Line] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    reason: str = ""
    """Why the first of those is to be sent again."""


class ElasticBulk:
    """Writes, through aliases. One ``put`` at a time: the next waits for it."""

    def __init__(self, client: Requests, prefix: str, patience: Patience | None = None) -> None:
        self._patience = patience or Patience()
        self._client = PatientRequests(client, self._patience)
        self._prefix = prefix
        self._months = ArticleMonths(self._client, prefix)
        self._indices = _Indices(self._client, prefix)
        self._lock = asyncio.Lock()
        self.counts = Counts()

    @property
    def trouble(self) -> Trouble | None:
        """What is being waited out, for health; None where all is well."""
        return self._patience.trouble

    async def put(self, operations: Sequence[Operation]) -> list[Rejected]:
        """Write them all, waiting as long as it takes; those that will never be taken, in the order given.

        On return all others are durable. Raises ElasticError where an operator must act (login, privilege,
        certificate): then any part of them may have been written, and all may be given again.
        """
        async with self._lock:
            placed = await self._months.placed(operations)
            for place in dict.fromkeys(one.place for one in placed if one.document is None):
                await self._indices.make(place)  # a delete with a version would make an index, whatever is required
            rejected: list[Rejected] = []
            await self._all(chunks(self._lines(placed, rejected)), rejected)
            self.counts.rejected += len(rejected)
            order = {id(operation): number for number, operation in enumerate(placed)}
            return sorted(rejected, key=lambda one: order[id(one.operation)])

    def _lines(self, operations: Sequence[Operation], rejected: list[Rejected]) -> Iterator[Line]:
        for operation in operations:
            line = encoded(operation, self._prefix)
            if isinstance(line, Line):
                yield line
            else:
                rejected.append(line)

    async def _all(self, waiting: Iterator[Sequence[Line]], rejected: list[Rejected]) -> None:
        """A few requests in flight, each taking the next chunk when it is done."""

        async def send() -> None:
            for chunk in waiting:
                await self._chunk(chunk, rejected)

        senders = [asyncio.create_task(send()) for _ in range(IN_FLIGHT)]
        try:
            await asyncio.gather(*senders)
        finally:
            for sender in senders:
                sender.cancel()
            await asyncio.gather(*senders, return_exceptions=True)

    async def _chunk(self, chunk: Sequence[Line], rejected: list[Rejected]) -> None:
        """One chunk until every document of it is taken or rejected."""
        made: set[Place] = set()
        with self._patience.wait() as again:
            while chunk:
                try:
                    answer = await self._client.bulk(b"".join(line.payload for line in chunk), _PARAMS)
                except RefusedError as error:
                    if error.status not in (_TOO_LARGE, _MALFORMED):
                        raise
                    await self._by_halves(chunk, error, rejected)
                    return
                found = self._sort(chunk, answer)
                rejected += found.rejected
                await self._indices.house(found.homeless, made)
                chunk = [*found.homeless, *found.again]
                if found.again:
                    await again(found.reason)

    async def _by_halves(self, chunk: Sequence[Line], error: RefusedError, rejected: list[Rejected]) -> None:
        """A request that is refused as a whole: one document of it is at fault, or all together are too large."""
        if len(chunk) == 1:
            too_large = error.status == _TOO_LARGE
            rejected.append(
                Rejected(operation=chunk[0].operation, reason=str(error), kind="size" if too_large else "mapping")
            )
            return
        middle = len(chunk) // 2
        await self._chunk(chunk[:middle], rejected)
        await self._chunk(chunk[middle:], rejected)

    def _sort(self, chunk: Sequence[Line], answer: Json) -> _Sorted:
        items = [next(iter(item.values())) for item in answer.get("items", ())]
        if len(items) != len(chunk):
            raise ElasticError(f"Elasticsearch answered {len(items)} of {len(chunk)} items: is a proxy before it?")
        found = _Sorted()
        for line, item in zip(chunk, items, strict=True):
            self._sort_one(found, line, item)
        return found

    def _sort_one(self, found: _Sorted, line: Line, item: Mapping[str, Any]) -> None:
        error = item.get("error") or {}
        reason = f"{error.get('type', '')}: {reason_of(error)}"
        match _fate(int(item["status"]), error):
            case _Fate.TAKEN:
                self.counts.taken += 1
            case _Fate.KNOWN:
                self.counts.known += 1
            case _Fate.NO_INDEX:
                found.homeless.append(line)
            case _Fate.NOT_ALLOWED:
                raise ElasticError(f"a privilege is missing: {one_line(reason_of(error))}")
            case _Fate.AGAIN:
                found.again.append(line)
                found.reason = found.reason or one_line(reason)
            case _Fate.NEVER:
                found.rejected.append(Rejected(operation=line.operation, reason=one_line(reason)))


class _Indices:
    """Makes those that are missing: a month's comes with its first document."""

    def __init__(self, client: Requests, prefix: str) -> None:
        self._client = client
        self._prefix = prefix
        self._there: set[Place] = set()

    async def make(self, place: Place) -> None:
        """Once; another writer may have been faster."""
        if place in self._there:
            return
        try:
            await self._client.send("PUT", f"/{place.index(self._prefix)}", creation(place, self._prefix))
        except RefusedError as error:
            if error.kind != EXISTS:
                raise
        self._there.add(place)

    async def house(self, homeless: Sequence[Line], made: set[Place]) -> None:
        """Make what these lines miss. An index of ours may have been dropped meanwhile, with its month."""
        for place in dict.fromkeys(line.operation.place for line in homeless):
            if place in made:
                alias = place.alias(self._prefix)
                raise ElasticError(
                    f"the alias {alias} is missing although its index is there: run `marsad elastic setup`"
                )
            self._there.discard(place)
            await self.make(place)
            made.add(place)


def _fate(status: int, error: Mapping[str, Any]) -> _Fate:
    if status in _TAKEN or (status == _MISSING and not error):  # deleted already
        return _Fate.TAKEN
    if status == _CONFLICT:
        return _Fate.KNOWN
    if status in _BUSY or error.get("type") == _BLOCKED:
        return _Fate.AGAIN
    if status == _MISSING:
        return _Fate.NO_INDEX
    return _Fate.NOT_ALLOWED if status == _NOT_ALLOWED else _Fate.NEVER

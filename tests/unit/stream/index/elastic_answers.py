"""An Elasticsearch of canned answers: what was asked is kept, and each path answers as it is told."""

import json

from stream.index.elastic_errors import RefusedError
from stream.index.elastic_indices import Kind, Place
from stream.index.elastic_operation import Operation


def story(key, version=1, **fields):
    return Operation(place=Place(Kind.STORIES), id=key, version=version, document={"message": key, **fields})


def article(key, version=1, month="2026.11"):
    return Operation(place=Place(Kind.ARTICLES, month), id=key, version=version, document={"message": key})


def refused(status, kind="", reason=""):
    return RefusedError(status, kind, reason)


class Answers:
    """``bulk_answers`` are taken in turn: an item's status for every line, a list of them, or an error to raise."""

    def __init__(self, bulk=(), other=None):
        self.bulk_answers = list(bulk)
        self.other = dict(other or {})
        self.bulks = []
        self.asked = []

    async def get(self, path, params=None):
        return await self.send("GET", path, None, params)

    async def send(self, method, path, body=None, params=None):
        self.asked.append((method, path, body))
        answer = self.other.get((method, path), {})
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def bulk(self, lines, params):
        assert params["require_alias"] == "true"
        actions = [json.loads(line) for line in lines.splitlines()]
        targets = [next(iter(line.values()))["_id"] for line in actions if set(line) <= {"index", "create", "delete"}]
        self.bulks.append(targets)
        answer = self.bulk_answers.pop(0) if self.bulk_answers else 200
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, int | tuple):
            answer = [answer] * len(targets)
        return {"items": [{"index": item(one)} for one in answer]}


def item(answer):
    """A status, or a status with its error's type and reason."""
    if isinstance(answer, int):
        return {"status": answer}
    status, kind, reason = answer
    return {"status": status, "error": {"type": kind, "reason": reason}}

"""One write to Elasticsearch, and what became of it where it was refused. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stream.index.elastic_indices import Place

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One document to be written or, where it is None, deleted.

    ``version`` is ours and only grows: whatever comes late never overwrites what is newer. Without one
    the document is created once and stays (its id names its content).
    """

    place: Place
    id: str
    document: Document | None
    version: int | None = None

    def action(self, alias: str) -> dict[str, dict[str, Any]]:
        """Its first line in a ``_bulk`` request."""
        target: dict[str, Any] = {"_index": alias, "_id": self.id}
        if self.version is None:
            return {"create": target}
        target |= {"version": self.version, "version_type": "external_gte"}
        return {"delete" if self.document is None else "index": target}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A document that Elasticsearch will never take as it is: to be parked."""

    operation: Operation
    reason: str
    """Elasticsearch's own words, one line; they may quote the document."""
    kind: Literal["mapping", "size", "encoding"] = "mapping"


def storable(value: Any) -> Any:
    """Lone surrogates, which UTF-8 cannot hold, become question marks: as many characters as before."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: storable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value

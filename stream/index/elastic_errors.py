"""What may go wrong with Elasticsearch, sorted by what there is to do."""

from collections.abc import Mapping
from typing import Any, Final

from marsad.errors import StoreError

EXISTS: Final = "resource_already_exists_exception"
_LONGEST: Final = 500


class ElasticError(StoreError):
    """Elasticsearch cannot be used as it is; the message says what to do."""


class UnreachableError(ElasticError):
    """It does not answer, or is busy: the same request may be taken later."""


class RefusedError(ElasticError):
    """It answered, and refused the request."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        self.status = status
        self.kind = kind
        """Elasticsearch's own type of error (``index_not_found_exception``)."""
        self.reason = one_line(reason)
        super().__init__(f"Elasticsearch refused ({status} {kind}): {self.reason}")


def one_line(text: str) -> str:
    """Elasticsearch's words on one line and cut: they may quote what a feed wrote."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def reason_of(error: Mapping[str, Any]) -> str:
    """An error's reason with the innermost cause, which alone says what was wrong."""
    reason = str(error.get("reason", ""))
    cause = error.get("caused_by")
    inner = reason_of(cause) if isinstance(cause, Mapping) else ""
    return f"{reason}: {inner}" if inner and inner not in reason else reason

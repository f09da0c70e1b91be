from datetime import UTC, datetime

import pytest

from ingest.fetch import _ACCEPT, server_hints, status_failure
from ingest.fetched import Failure, ServerHints

NOW = datetime(2026, 7, 7, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, ServerHints(retry_after=120)),
        ({"Retry-After": "Tue, 07 Jul 2026 13:00:00 GMT"}, ServerHints(retry_after=3600)),
        ({"Retry-After": "Tue, 07 Jul 2026 11:00:00 GMT"}, ServerHints(retry_after=0)),
        ({"Retry-After": "soon"}, ServerHints()),
        ({"Retry-After": "-5"}, ServerHints()),
        ({"Cache-Control": "public, max-age=300"}, ServerHints(max_age=300)),
        ({"Cache-Control": "no-cache, Max-Age=0"}, ServerHints(max_age=0)),
        ({"Cache-Control": "max-age=x"}, ServerHints()),
        ({"Expires": "Tue, 07 Jul 2026 12:10:00 GMT"}, ServerHints(expires=600)),
        ({"Expires": "0"}, ServerHints(expires=0)),
    ],
)
def test_server_hints(headers: dict[str, str], expected: ServerHints) -> None:
    assert server_hints(headers, NOW) == expected


@pytest.mark.parametrize(
    ("status", "failure"),
    [(410, Failure.GONE), (429, Failure.LIMITED), (503, Failure.LIMITED), (404, Failure.STATUS), (500, Failure.STATUS)],
)
def test_status(status: int, failure: Failure) -> None:
    failed = status_failure(status, ServerHints())
    assert failed.failure is failure
    assert str(status) in failed.reason


def test_only_what_can_be_parsed_is_asked_for() -> None:
    assert "json" not in _ACCEPT

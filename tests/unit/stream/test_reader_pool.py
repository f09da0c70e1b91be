import pytest

from stream import reader_pool
from stream.reader_pool import TookTooLongError, Unreadable


def test_time_that_runs_out_behind_the_reading_costs_that_article_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object) -> bytes:
        raise TookTooLongError("reading cost more than 10 s of CPU")

    monkeypatch.setattr(reader_pool, "read_one", late)
    read = reader_pool._timed(None, b"")  # type: ignore[arg-type]
    assert read == Unreadable("TookTooLongError: reading cost more than 10 s of CPU")

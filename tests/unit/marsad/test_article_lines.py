import io
from datetime import UTC, datetime

import pytest

from marsad.article_lines import MAX_LINE, ArticleLine, LineError, bounded, read_lines, to_article

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def lines(*raw: str) -> list[tuple[int, ArticleLine]]:
    return list(read_lines((line.encode() for line in raw), "in.jsonl"))


def test_empty_lines_are_passed_over_and_numbers_count_them() -> None:
    assert [number for number, _line in lines("", '{"id": "a"}', "  ", '{"id": "b"}')] == [2, 4]


def test_unknown_keys_are_left_alone() -> None:
    assert lines('{"id": "a", "label": "new"}')[0][1].id == "a"


@pytest.mark.parametrize("bad", ["{", "[]", '"x"', '{"id": 5}', '{"title": ["x"]}'])
def test_a_line_that_is_no_article_is_named_with_its_number(bad: str) -> None:
    with pytest.raises(LineError, match=r"^in\.jsonl:2: "):
        lines('{"id": "a"}', bad)


class Endless(io.RawIOBase):
    """A line that never ends; how much of it was asked for."""

    taken = 0

    def readline(self, size: int = -1) -> bytes:
        assert 0 < size < 100_000_000
        self.taken += size
        return b" " * size


def test_a_line_that_never_ends_is_refused_with_its_number() -> None:
    endless = Endless()
    with pytest.raises(LineError, match=r"^stdin:1: longer than 20,000,000 bytes: write one article a line"):
        list(read_lines(bounded(endless), "stdin"))
    assert endless.taken == MAX_LINE + 1


def test_the_last_line_may_lack_its_end() -> None:
    assert list(bounded(io.BytesIO(b"a\n\nb"))) == [b"a\n", b"\n", b"b"]


def test_dates_without_an_offset_are_utc_and_default_to_now() -> None:
    line = ArticleLine(id="a", title="x", published="2026-11-20")
    article = to_article(line, now=NOW, where="in.jsonl:1")
    assert article.published == datetime(2026, 11, 20, tzinfo=UTC)
    assert article.observed_at == NOW


def test_a_date_that_is_none_is_refused_with_its_place() -> None:
    with pytest.raises(LineError, match=r"in\.jsonl:1: observed_at: 'yesterday' is no ISO 8601 date"):
        to_article(ArticleLine(id="a", observed_at="yesterday"), now=NOW, where="in.jsonl:1")


def test_an_unknown_feed_is_its_own_publisher_family() -> None:
    article = to_article(ArticleLine(id="a", feed="gazette"), now=NOW, where="x")
    assert (article.source.feed, article.source.family) == ("gazette", "gazette")


def test_without_an_id_the_same_line_gets_the_same_one() -> None:
    first, second = (to_article(ArticleLine(url="https://a.example/1"), now=NOW, where="x") for _ in range(2))
    assert first.id == second.id != ""

from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

from stream.index.fts import FtsIndex


@pytest.fixture
def watch(tmp_path: Path) -> Path:
    """A watch whose index is empty, with a region of its own."""
    (tmp_path / "marsad.yaml").write_text("regions: regions.yaml\n", encoding="utf-8")
    (tmp_path / "regions.yaml").write_text("my-coast: {countries: [SN]}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    FtsIndex.open(tmp_path / "data" / "search.db").close()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--region", "sahell"), "there is no region 'sahell' (did you mean 'sahel'?)"),
        (("--country", "XQ"), "there is no country 'XQ'"),
        (("--since", "yesterday"), "'yesterday' does not match"),
        (("--limit", "0"), "0 is not in the range"),
    ],
)
def test_a_filter_that_can_find_nothing_is_refused(watch: Path, words: tuple[str, ...], message: str) -> None:
    done = run("search", "x", *words, "--dir", str(watch))
    assert (done.code, done.out) == (2, "")
    assert message in done.err


@pytest.mark.parametrize(
    "words",
    [
        ("--region", "my-coast"),
        ("--country", "ml", "--language", "FR", "--since", "2026-11-01", "--until", "2026-11-02T10:00", "--events"),
        ('"', "OR", "-"),
        ("(", ")", "*", "AND", "NEAR(a b)"),
        ("--newest",),
        (),
    ],
    ids=" ".join,
)
def test_whatever_is_asked_an_empty_index_answers(watch: Path, words: tuple[str, ...]) -> None:
    done = run("search", *words, "--dir", str(watch))
    assert (done.code, done.out, done.err) == (0, "Articles: none\n", "")

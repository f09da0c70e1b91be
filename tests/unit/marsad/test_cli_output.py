import json
import os
import pty
import re
import select
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.cli import output
from marsad.cli.output import print_json_line, print_table, progress, shown

ESCAPE = "\x1b"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        (f"{ESCAPE}[31mred{ESCAPE}[0m", "[31mred [0m"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("a\u2066b\u2069", "ab"),
        ("می\u200cخواهم", "\u2068می\u200cخواهم\u2069"),
        ("هجوم في غاو", "\u2068هجوم في غاو\u2069"),
        ("", ""),
    ],
)
def test_text_of_a_feed_is_made_safe_for_a_terminal(text: str, safe: str) -> None:
    assert shown(text) == safe


def test_long_text_is_cut_before_it_is_isolated() -> None:
    assert shown("x" * 50, 10) == "x" * 9 + "…"
    cut = shown("ه" * 50, 10)
    assert (cut[0], cut[-1], len(cut)) == ("\u2068", "\u2069", 12)


@given(st.text(max_size=60))
def test_whatever_a_feed_writes_stays_on_its_line_and_leaves_no_direction_open(text: str) -> None:
    safe = shown(text)
    assert [sign for sign in safe if unicodedata.category(sign) in ("Cc", "Cs", "Co", "Zl", "Zp")] == []
    assert len(safe) <= 122
    assert sum(sign in "\u202a\u202b\u202d\u202e\u2066\u2067" for sign in safe) == 0
    assert safe.count("\u2068") == safe.count("\u2069") <= 1


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_json_line_is_one_line_that_reads_back(value: dict[str, object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        written: list[str] = []
        patch.setattr(sys.stdout, "write", written.append)
        print_json_line(value)
    assert written[0].count("\n") == 1
    assert json.loads(written[0]) == value


def test_json_fits_a_terminal_that_is_not_utf_8(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    class Latin:
        encoding = "latin-1"
        write = sys.stdout.write
        flush = sys.stdout.flush

    monkeypatch.setattr(sys, "stdout", Latin)
    print_json_line({"title": "هجوم"})
    assert capsys.readouterr().out.isascii()


def test_a_table_in_a_pipe_keeps_each_row_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Things", ("name", "what"), [("a" * 90, "b" * 90), ("[red]x[/red]", None)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines] == [["Things"], ["name", "what"], ["a" * 90, "b" * 90], ["[red]x[/red]"]]


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("Things", ("name",), [])
    assert capsys.readouterr().out == "Things: none\n"


def test_progress_is_silent_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(3, "working") as advance:
        advance(3)
    assert capsys.readouterr() == ("", "")


def test_progress_is_a_bar_on_a_terminals_standard_error(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with progress(4, "working") as advance:
            advance(4)
        terminal.flush()
        seen = b""
        while not re.search(rb"working.*100%", seen, re.DOTALL):  # a terminal gives it in pieces
            assert select.select([leader], [], [], 10)[0], seen
            seen += os.read(leader, 10_000)
    os.close(leader)
    assert capsys.readouterr().out == ""


def test_a_broken_pipe_under_a_table_is_told_to_the_command() -> None:
    with pytest.raises(BrokenPipeError):
        output._Console().on_broken_pipe()

import json
from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

from alerts.rules import RuleSet
from marsad.cli import reading
from marsad.config import shipped_rules
from stream.reading.reader import Reader

ATTACK = {
    "id": "1",
    "url": "https://paper.example/1",
    "title": "Gunmen kill 14 villagers near Gao",
    "summary": "Gunmen killed 14 villagers in an attack on a village near Gao, in northern Mali, on Monday.",
    "published": "2026-11-23T12:00:00Z",
    "observed_at": "2026-11-23T12:05:00Z",
    "feed": "paper",
}
MARKET = {"id": "2", "title": "Price of millet up again", "observed_at": "2026-11-23T12:06:00Z", "feed": "paper"}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.packaged()


@pytest.fixture(scope="module")
def rule_set() -> RuleSet:
    return shipped_rules()


@pytest.fixture(autouse=True)
def _built_once(reader: Reader, rule_set: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reader and rules take seconds to build; the commands get those of the module."""
    monkeypatch.setattr(reading, "build_reader", lambda _config: reader)
    monkeypatch.setattr(reading, "shipped_rules", lambda: rule_set)


def lines(*values: object) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def test_articles_on_standard_input_become_readings_in_their_order() -> None:
    done = run("read", stdin=lines(ATTACK, MARKET))
    assert (done.code, done.err) == (0, "")
    first, second = map(json.loads, done.out.splitlines())
    assert (first["id"], first["alerts"], first["event"]["killed"]["best"]) == ("1", ["new-sahel-attack"], 14)
    assert (second["id"], second["alerts"], second["event"]) == ("2", [], None)
    assert set(first["scores"]) == {"violence", "fresh", "actual", "fresh_event"}


def test_files_are_read_one_after_the_other_and_a_dash_is_standard_input(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(MARKET) + b"\n")
    done = run("read", str(tmp_path / "a.jsonl"), "-", "--evidence", stdin=lines(ATTACK))
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [line["id"] for line in found] == ["2", "1"]
    assert all("evidence" in line for line in found)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"{", "Input data was truncated"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"id": 5}', "Expected `str`, got `int` - at `$.id`"),
        (b'{"title": "\xff"}', "not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "JSON is malformed"),
        (b'{"x":' + b"[" * 100_000, "nested too deeply"),
        (b'{"published": "last week"}', "'last week' is no ISO 8601 date"),
        (b'{"observed_at": "24/11/2026"}', "'24/11/2026' is no ISO 8601 date"),
    ],
)
@pytest.mark.parametrize("command", ["read", "replay"])
def test_a_line_that_is_no_article_ends_it_with_file_and_line(
    tmp_path: Path, command: str, raw: bytes, message: str
) -> None:
    file = tmp_path / "in.jsonl"
    file.write_bytes(lines(MARKET) + b"\n" + raw + b"\n")
    done = run(command, str(file))
    assert done.code == 1
    assert done.err.startswith(f"marsad: {file}:3: ")
    assert message in done.err
    assert len(done.out.splitlines()) == (command == "read"), "what came before is printed"


def test_standard_input_has_a_name_too() -> None:
    assert run("read", stdin=b"x").err.startswith("marsad: stdin:1: ")


def test_a_defect_of_the_reader_names_the_article(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: Reader, _article: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Reader, "read", broken)
    done = run("read", stdin=lines(ATTACK))
    assert (done.code, done.err) == (1, "marsad: article '1' cannot be read: KeyError: 'x'\n")


def test_replay_prints_what_a_watch_would_tell() -> None:
    done = run("replay", "-", stdin=lines(ATTACK, MARKET))
    (alert,) = map(json.loads, done.out.splitlines())
    assert (alert["kind"], alert["rule"], alert["articles"], alert["sources"]) == (
        "alert",
        "new-sahel-attack",
        ["1"],
        1,
    )
    assert alert["at"] == "2026-11-23T12:05:00Z"


@pytest.mark.parametrize("command", [("read",), ("replay", "-")])
def test_rules_of_ones_own_are_used(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "rules").mkdir()
    rule = "rules:\n  - {name: millet, when: {text: {any: [millet]}}}\n"
    (tmp_path / "rules" / "own.yaml").write_text(rule, encoding="utf-8")
    for name in ("marsad", "feeds", "routes"):
        (tmp_path / f"{name}.yaml").write_text("shipped_rules: false\n" if name == "marsad" else "", encoding="utf-8")
    done = run(*command, "--config", str(tmp_path), stdin=lines(ATTACK, MARKET))
    assert done.code == 0
    told = [json.loads(line) for line in done.out.splitlines()]
    if command == ("read",):
        assert [line["alerts"] for line in told] == [[], ["millet"]]
    else:
        assert [(line["rule"], line["articles"]) for line in told] == [("millet", ["2"])]


@pytest.mark.parametrize("command", [("read",), ("replay", "-")])
def test_a_config_that_is_none_ends_it_with_2(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = run(*command, "--config", str(tmp_path / "nosuch"))
    assert done.code == 2
    assert "there is no such file: `marsad init DIR` writes a watch of your own" in done.err

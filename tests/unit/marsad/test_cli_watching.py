import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

from marsad.alert import Notification
from marsad.cli.watching import print_notification
from marsad.codes import MessageType, Severity

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_new_watch_is_good_as_it_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    written = run("init", str(folder), "--pack", "sahel", "--pack", "horn", "--language", "ar")
    assert written.code == 0
    assert [line for line in written.out.splitlines() if line.startswith("wrote ")] == [
        f"wrote {folder / name}" for name in ("marsad.yaml", "feeds.yaml", "routes.yaml", "rules/own.yaml")
    ]
    checked = run("check", str(folder))
    assert checked.code == 0
    assert checked.out.startswith("good: ")
    counts = json.loads(run("check", str(folder), "--json").out)
    assert counts["receivers"] == 1
    assert counts["feeds"] > 50


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--pack", "sahell"), "there is no pack 'sahell' (did you mean 'sahel'?)"),
        (("--language", "de"), "'de' is not one of 'ar', 'en', 'fr'"),
    ],
)
def test_a_bad_choice_is_a_bad_argument(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = run("init", str(tmp_path / "new"), *words)
    assert done.code == 2
    assert message in done.err
    assert not (tmp_path / "new").exists()


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    done = run("init", str(tmp_path))
    assert done.code == 2
    assert "is not empty: name another folder, or overwrite its files with --force" in done.err
    assert run("init", str(tmp_path), "--force").code == 0
    assert (tmp_path / "letter.txt").read_text("utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("init", str(tmp_path / "file" / "below"))
    assert (done.code, done.out) == (1, "")
    assert "cannot be written: Not a directory" in done.err


def test_packs_are_listed_without_a_folder() -> None:
    done = run("init", "--list-packs")
    assert done.code == 0
    assert any(line.startswith("sahel ") for line in done.out.splitlines())


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_bad_watch_never_starts(tmp_path: Path, command: str) -> None:
    run("init", str(tmp_path), "--force")
    (tmp_path / "rules" / "own.yaml").write_text("rules:\n  - nmae: x\n", encoding="utf-8")
    done = run(command, str(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert f"{tmp_path}/rules/own.yaml:2: rules[0].nmae: unknown key 'nmae' (did you mean 'name'?)" in done.err
    assert done.err.splitlines()[-1].endswith("in the configuration: nothing was started")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["check", "run"])
def test_a_secret_that_is_missing_is_found_before_the_start(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_SUCH_HOOK", raising=False)
    run("init", str(tmp_path), "--force")
    routes = "receivers: [{name: desk, urls: [{env: NO_SUCH_HOOK}]}]\ndefault: [desk]\n"
    (tmp_path / "routes.yaml").write_text(routes, encoding="utf-8")
    done = run(command, str(tmp_path))
    assert done.code == 2
    assert "receiver desk: urls: the environment variable NO_SUCH_HOOK is not set" in done.err


def test_what_elasticsearch_needs_is_looked_up_by_a_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    run("init", str(tmp_path), "--force")
    section = "elasticsearch:\n  url: https://x.example:9200\n  api_key: {env: NO_SUCH_KEY}\n"
    (tmp_path / "marsad.yaml").write_text(section, encoding="utf-8")
    done = run("check", str(tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "marsad.yaml:3: elasticsearch.api_key: the environment variable NO_SUCH_KEY is not set" in done.err
    monkeypatch.setenv("NO_SUCH_KEY", "k")
    assert run("check", str(tmp_path)).code == 0


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    run("init", str(tmp_path), "--force")
    (tmp_path / "marsad.yaml").write_text("data: feeds.yaml/data\nhttp: {port: 0}\n", encoding="utf-8")
    done = run("run", str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert "Not a directory" in done.err
    assert done.err.startswith("marsad: ")


@pytest.mark.parametrize(
    "words",
    [
        ("alerts", "list", "--dir"),
        ("alerts", "ack", "a-1", "--dir"),
        ("stories", "list", "--dir"),
        ("stories", "show", "s-1", "--dir"),
        ("rules", "why", "s-1", "--dir"),
        ("search", "x", "--dir"),
        ("parked", "list", "--dir"),
        ("parked", "replay", "--all", "--dir"),
        ("parked", "drop", "--all", "--dir"),
        ("feeds", "list"),
    ],
    ids=" ".join,
)
def test_a_watch_that_never_ran_has_nothing_to_show(tmp_path: Path, words: tuple[str, ...]) -> None:
    run("init", str(tmp_path), "--force")
    done = run(*words, str(tmp_path))
    assert (done.code, done.out) == (1, "")
    assert f"this watch has not run yet (`marsad run {tmp_path}`)" in done.err


def test_a_message_on_the_terminal_cannot_forge_a_line_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_notification(
        Notification(
            id="n-1",
            alert="a-1",
            rule="r",
            story="s-1",
            receiver="desk",
            type=MessageType.ALERT,
            severity=Severity.HIGH,
            language="en",
            title="Attack\x1b[2J",
            body="one\r\x1b[1Atwo\nثلاثة\u202e",
            due_at=NOW,
        )
    )
    assert capsys.readouterr().out == "Attack [2J\none\n[1Atwo\n\u2068ثلاثة\u2069\n\n"


@pytest.mark.parametrize(
    ("section", "body"), [("kafka", "{bootstrap: 'k:9092'}"), ("elasticsearch", "{url: 'http://e:9200'}")]
)
def test_a_watch_that_is_scaled_out_does_not_run_as_one_process(tmp_path: Path, section: str, body: str) -> None:
    folder = tmp_path / "mine"
    assert run("init", str(folder)).code == 0
    main = folder / "marsad.yaml"
    lines = main.read_text("utf-8").count("\n")
    main.write_text(f"{main.read_text('utf-8')}{section}: {body}\n", encoding="utf-8")
    done = run("run", str(folder))
    assert done.code == 2
    assert f"{main}:{lines + 1}: {section}: is for a watch that is scaled out: run `marsad poll`" in done.err

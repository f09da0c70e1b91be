"""Commands that take files of other programs: OPML and gazetteers."""

import json
from pathlib import Path

import pytest
from unit.marsad.cli_runs import run

GEONAMES = "\t".join(
    ["9000001", "Testville", "Testville", "تستفيل", "16.27", "-0.04", "P", "PPL", "ML", "", "03", *[""] * 3, "1200",
     "", "49", "Africa/Bamako", "2012-01-17"]
)  # fmt: skip
OPML = """<opml version="2.0"><body>
<outline text="Paper" xmlUrl="https://paper.example/rss"/>
<outline text="Secret" xmlUrl="https://desk:canary@closed.example/rss"/>
</body></opml>"""


def test_places_are_imported_and_found(tmp_path: Path) -> None:
    (tmp_path / "ML.txt").write_text(GEONAMES + "\n", encoding="utf-8")
    target = tmp_path / "places.tsv"
    done = run("gazetteer", "import", str(tmp_path / "ML.txt"), "--into", str(target))
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{target}: 1 place, ")
    shown = run("gazetteer", "show", "Testville", "--with", str(target), "--json")
    (place,) = map(json.loads, shown.out.splitlines())
    assert (place["name"], place["country"]) == ("Testville", "ML")
    assert "Testville" in run("gazetteer", "show", "تستفيل", "--with", str(target)).out


def test_a_name_that_nobody_has_is_told() -> None:
    assert run("gazetteer", "show", "Xyzzyville").out == "Places called Xyzzyville: none\n"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"one\ttwo\n", "ML.txt:1: 2 columns"),
        (b" " * 2_000_001, "ML.txt:3: 1 columns"),
        (b"\xff\xfe\n", "ML.txt: not UTF-8"),
    ],
)
def test_a_file_that_is_no_gazetteer_fails_and_writes_nothing(tmp_path: Path, raw: bytes, message: str) -> None:
    (tmp_path / "ML.txt").write_bytes(raw)
    done = run("gazetteer", "import", str(tmp_path / "ML.txt"), "--into", str(tmp_path / "out.tsv"))
    assert done.code == 1
    assert message in done.err
    assert not (tmp_path / "out.tsv").exists()


def test_feeds_are_imported_and_no_secret_is(tmp_path: Path) -> None:
    (tmp_path / "subs.opml").write_text(OPML, encoding="utf-8")
    done = run("feeds", "import", str(tmp_path / "subs.opml"))
    assert done.code == 0
    assert "https://paper.example/rss" in done.out
    assert "left out" in done.err
    assert "canary" not in done.out + done.err
    target = tmp_path / "feeds.yaml"
    assert run("feeds", "import", str(tmp_path / "subs.opml"), "--into", str(target)).code == 0
    assert target.read_text("utf-8") == done.out
    again = run("feeds", "import", str(tmp_path / "subs.opml"), "--into", str(target))
    assert again.code == 2
    assert "exists already: name a new file" in again.err


@pytest.mark.parametrize("raw", [b"", b"<html></html>", b'<!DOCTYPE a [<!ENTITY x "y">]><opml>&x;</opml>', b"\x00"])
def test_what_is_no_opml_is_a_failure(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "subs.opml").write_bytes(raw)
    done = run("feeds", "import", str(tmp_path / "subs.opml"))
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("marsad: ")

"""Country files as an operator downloads them, imported, and read with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LINE = {"id": "1", "title": "Attack near {}", "summary": "Gunmen killed ten villagers near {} in {} on Thursday."}


def _marsad(*words: str, stdin: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "marsad", *words], input=stdin, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("file", "place", "country", "name"),
    [
        pytest.param("geonames/ML.txt", "Guiré", "ML", "Mali", id="geonames"),
        pytest.param("osm_places/TD.tsv", "Guitté", "TD", "Chad", id="openstreetmap"),
    ],
)
def test_a_country_file_widens_what_is_read(
    test_data: Path, tmp_path: Path, file: str, place: str, country: str, name: str
) -> None:
    watch = tmp_path / "watch"
    _marsad("init", str(watch))
    _marsad("gazetteer", "import", str(test_data / file), "--into", str(watch / "more.tsv"))
    settings = watch / "marsad.yaml"
    settings.write_text(settings.read_text("utf-8") + "\ngazetteer: [more.tsv]\n", "utf-8")
    line = {key: text.format(place, name) for key, text in LINE.items()}
    (read,) = _marsad("read", "--config", str(watch), stdin=json.dumps(line) + "\n").splitlines()
    towns = [one for one in json.loads(read)["places"] if one["name"] == place]
    assert [(one["country"], one["lat"] is not None) for one in towns] == [(country, True)]

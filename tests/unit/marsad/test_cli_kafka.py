"""`marsad kafka` without a Kafka."""

import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest
from unit.marsad.cli_runs import run

from marsad.cli import kafka as module
from marsad.cli import later
from marsad.kafka.admin import Cluster
from marsad.kafka.errors import KafkaDownError, KafkaRefusedError

ONE_PROCESS = """
import sys
import marsad.cli.main, marsad.wiring
loaded = {name.partition(".")[0] for name in sys.modules}
print(sorted(loaded & {"kafka", "aiokafka", "faust", "elasticsearch", "orjson"}))
"""


def test_one_process_loads_nothing_of_the_scaled_out_parts() -> None:
    done = subprocess.run([sys.executable, "-c", ONE_PROCESS], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_the_packages_it_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'kafka'", name="kafka.admin")

    monkeypatch.setattr(later, "import_module", not_installed)
    done = run("kafka", "setup", ".")
    assert done.code == 1
    assert done.err.startswith("marsad: this ")
    assert done.err.endswith("needs the scaled-out parts: pip install 'marsad[scaled]'\n")
    assert "kafka      Scaled out: set up the Kafka topics." in run("--help").out


def test_a_module_of_our_own_that_is_missing_is_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'marsad.gone'", name="marsad.gone")

    monkeypatch.setattr(later, "import_module", broken)
    with pytest.raises(ModuleNotFoundError):
        run("kafka", "setup", ".")


def test_a_watch_without_kafka(tmp_path: Path) -> None:
    (tmp_path / "marsad.yaml").write_text("data: d\n", "utf-8")
    done = run("kafka", "setup", str(tmp_path))
    assert done.code == 2
    assert "kafka: is missing: write `kafka: {bootstrap: [HOST:9092]}`, or use `marsad run`" in done.err


def test_a_missing_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_SECRET", raising=False)
    security = "{user: {env: NO_SUCH_SECRET}, password: {file: pw}}"
    (tmp_path / "marsad.yaml").write_text(f"kafka:\n  bootstrap: a:1\n  security: {security}\n", "utf-8")
    done = run("kafka", "setup", str(tmp_path))
    assert done.code == 2
    assert "marsad.yaml:3: kafka.security.user: the environment variable NO_SUCH_SECRET is not set: put" in done.err


class Old:
    def __init__(self, _access: object) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def cluster(self) -> Cluster:
        return Cluster("id", 1, (2, 8))


class Down(Old):
    def __init__(self, access: object) -> None:
        raise KafkaDownError("Kafka (a:1) cannot be reached: nobody is there")


class Guarded(Old):
    def cluster(self) -> Cluster:
        raise KafkaRefusedError("Kafka (a:1) refuses it: ClusterAuthorizationFailed: the user lacks a privilege")


@pytest.mark.parametrize(
    ("admin", "expected"),
    [
        (Old, "this is Kafka 2.8: Marsad needs 3.0 or newer"),
        (Down, "cannot be reached: nobody is there. Start again when it is up\n"),
        (Guarded, "the user lacks a privilege"),
    ],
)
def test_what_stands_in_the_way_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, admin: type[Old], expected: str
) -> None:
    monkeypatch.setattr(module, "Admin", admin)
    (tmp_path / "marsad.yaml").write_text("kafka: {bootstrap: a:1}\n", "utf-8")
    done = run("kafka", "setup", str(tmp_path))
    assert done.code == 1
    assert expected in done.err

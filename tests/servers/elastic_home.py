"""Elasticsearch's program folder: the distribution and the language analyzers that it lacks."""

import contextlib
import functools
import shutil
import subprocess
import zipfile
from pathlib import Path

from servers.artifacts import ELASTIC, compiler_jar, elastic_zip, java
from servers.processes import temporary_folder

PLUGIN = Path(__file__).with_name("plugin")
_KEPT = contextlib.ExitStack()  # never closed: the folder goes with this process


@functools.cache
def elastic_home() -> Path:
    """Unpacked once per run of tests, for all instances. Anyone may read it: root's tests run them as somebody else."""
    folder = _KEPT.enter_context(temporary_folder("elastic-home"))
    folder.chmod(0o755)
    with zipfile.ZipFile(elastic_zip()) as archive:
        archive.extractall(folder)
    home = folder / ELASTIC
    _add_plugin(home, folder)
    return home


def _add_plugin(home: Path, scratch: Path) -> None:
    target = home / "plugins" / "languages"
    shutil.copytree(PLUGIN, target, ignore=shutil.ignore_patterns("*.java"))
    classes, jars = scratch / "classes", ":".join(str(jar) for jar in sorted((home / "lib").glob("*.jar")))
    options = ["-21", "-proc:none", "-d", str(classes), "-cp", jars]
    compiled = subprocess.run(
        [java(), "-jar", str(compiler_jar()), *options, str(PLUGIN / "Analyzers.java")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not compiled.returncode, compiled.stdout + compiled.stderr
    with zipfile.ZipFile(target / "languages.jar", "w") as jar:
        for file in sorted(classes.rglob("*.class")):
            jar.write(file, file.relative_to(classes))

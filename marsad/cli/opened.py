"""The watch's database as the commands open it: that of a watch that has run at least once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marsad.config import data_folder
from marsad.errors import StoreError
from marsad.sqlite import Database
from marsad.wiring import WATCH_FILE


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """Raises ConfigError for a folder that is no watch, StoreError for one that never ran."""
    path = data_folder(folder) / WATCH_FILE
    if not path.is_file():
        raise StoreError(f"{path}: there is no such database: this watch has not run yet (`marsad run {folder}`)")
    database = Database.open(path)
    try:
        yield database
    finally:
        database.close()

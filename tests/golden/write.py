"""Write the golden files of the schema versions that are not released yet: ``python -m golden.write``."""

from pathlib import Path

from golden.words import ARTICLES, EFFECTS, RECORDS, TRAVELLING

from marsad.codec import MAJOR, MINOR, encode
from marsad.sqlite import WATCH, Database, Layout
from stream.index.fts import LAYOUT

LAYOUTS = {"watch": WATCH, "search": LAYOUT}


def tables(layout: Layout) -> str:
    """Every table and index of a new file, as SQLite tells them."""
    database = Database.open(":memory:", layout)
    rows = database.all("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    database.close()
    return "\n".join(f"{sql};" for (sql,) in rows) + "\n"


def main() -> None:
    """One file a message, named by its kind."""
    folder = Path(__file__).parent / f"{MAJOR}.{MINOR}"
    folder.mkdir(exist_ok=True)
    for name, word in {**ARTICLES, **RECORDS, **EFFECTS, **TRAVELLING}.items():
        (folder / f"{name}.json").write_bytes(encode(word))
    for name, layout in LAYOUTS.items():
        (folder.parent / f"{name}-{layout.version}.sql").write_text(tables(layout), "utf-8")


if __name__ == "__main__":
    main()

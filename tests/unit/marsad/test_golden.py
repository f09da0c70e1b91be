"""Bytes that a released version wrote stay decodable, and mean the same."""

import typing
from pathlib import Path

import msgspec
import pytest
from golden.words import ARTICLES, EFFECTS, RECORDS, TRAVELLING
from golden.write import LAYOUTS, tables

from marsad.codec import MAJOR, MINOR, decode, decode_article, decode_effect, decode_record, encode
from marsad.log import Effect, Record

GOLDEN = Path(__file__).parents[2] / "golden"
FOLDERS = sorted(path for path in GOLDEN.iterdir() if path.is_dir() and path.name[0].isdigit())
WORDS = {**ARTICLES, **RECORDS, **EFFECTS, **TRAVELLING}
FILES = [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for folder in FOLDERS for path in folder.iterdir()]


def decoded(name, payload):
    if name in ARTICLES:
        return decode_article(payload)
    if name in TRAVELLING:
        return decode(type(TRAVELLING[name]), payload)
    return (decode_record if name.startswith("record-") else decode_effect)(payload)


@pytest.mark.parametrize("path", FILES)
def test_every_released_file_is_decodable(path):
    assert type(decoded(path.stem, path.read_bytes())) is type(WORDS[path.stem])


@pytest.mark.parametrize("name", WORDS)
def test_the_files_of_this_version_are_its_words_byte_for_byte(name):
    payload = (GOLDEN / f"{MAJOR}.{MINOR}" / f"{name}.json").read_bytes()
    assert decoded(name, payload) == WORDS[name]
    assert encode(decoded(name, payload)) == payload
    assert encode(WORDS[name]) == payload


def test_there_is_a_file_of_every_kind():
    assert {type(word) for word in RECORDS.values()} == set(typing.get_args(Record))
    assert {type(word) for word in EFFECTS.values()} == set(typing.get_args(Effect))


def test_every_optional_field_of_a_kind_is_told_in_some_word():
    silent = {field for word in WORDS.values() for field in fields(word, told=False)}
    told = {field for word in WORDS.values() for field in fields(word, told=True)}
    assert silent - told == set()


def fields(value, *, told):
    """``Kind.field`` of every struct within a word whose value is (not) the default."""
    if isinstance(value, msgspec.Struct):
        for field in msgspec.structs.fields(value):
            inner = getattr(value, field.name)
            if (inner != field.default) is told:
                yield f"{type(value).__name__}.{field.name}"
            yield from fields(inner, told=told)
    elif isinstance(value, tuple):
        for inner in value:
            yield from fields(inner, told=told)


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_tables_change_only_with_the_schema_version(name):
    layout = LAYOUTS[name]
    assert tables(layout) == (GOLDEN / f"{name}-{layout.version}.sql").read_text("utf-8")

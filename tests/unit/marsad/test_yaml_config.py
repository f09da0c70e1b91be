"""Strict YAML: plain values, and every error with its line and what to write instead."""

from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from marsad.errors import ConfigError
from marsad.yaml_config import ConfigModel, parse_yaml, path_text, read_yaml, validate
from marsad.yaml_loader import MAX_ALIASES, MAX_DEPTH


class Rule(ConfigModel):
    name: Annotated[str, Field(pattern=r"^[a-z-]+$")]
    regions: frozenset[str] = frozenset()
    sure: Annotated[float, Field(ge=0, le=1)] = 0.9
    mode: Literal["auto"] | int = "auto"
    short: str | None = Field(None, alias="as")

    @field_validator("regions")
    @classmethod
    def _known(cls, regions):
        if "sahell" in regions:
            raise ValueError("Unknown region 'sahell' (did you mean 'sahel'?)")
        return regions


class Watch(ConfigModel):
    rules: tuple[Rule, ...] = ()
    named: dict[str, Rule] = {}


def value(text):
    return parse_yaml(text, "w.yaml").value


def errors(text, model=None):
    with pytest.raises(ConfigError) as caught:
        read(text, model)
    return str(caught.value).split("\n")


def read(text, model=None):
    document = parse_yaml(text, "w.yaml")
    return validate(model, document) if model else document.value


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("22:30", "22:30"),
        ("2026-11-16", "2026-11-16"),
        ("010", 10),
        ("0x1F", 31),
        ("0o17", 15),
        ("-5", -5),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("=", "="),
        ("<<", "<<"),
        ("~", None),
        ("", None),
        ("null", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
        ("قيمة", "قيمة"),
    ],
)
def test_plain_values_are_those_of_yaml_1_2(written, expected):
    found = value(f"a: {written}")["a"]
    assert found == expected
    assert type(found) is type(expected)


def test_keys_are_text_whatever_they_look_like():
    assert value("NO: 1\n1: 2\ntrue: 3\n~: 4") == {"NO": 1, "1": 2, "true": 3, "~": 4}


def test_an_anchor_may_be_used_again():
    assert value("a: &x [1, 2]\nb: *x") == {"a": [1, 2], "b": [1, 2]}


def test_an_empty_file_is_the_defaults():
    assert validate(Watch, parse_yaml("# nothing\n", "w.yaml")) == Watch()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a: 1\na: 2", "w.yaml:2: a: the key 'a' stands twice (first on line 1): keep one", id="twice"),
        pytest.param("a: !foo {b: 1}", "w.yaml:1: a: tag '!foo' is not accepted: write it without", id="tag on map"),
        pytest.param("a: !x [1]", "w.yaml:1: a: tag '!x' is not accepted: write it without", id="tag on list"),
        pytest.param("a: !env X", "w.yaml:1: a: tag '!env' is not accepted: write a plain value", id="tag on value"),
        pytest.param("\na: !!bool maybe", "w.yaml:2: a: 'maybe' cannot be read: write true or false", id="no truth"),
        pytest.param("? [a]\n: 1", "w.yaml:1: a key must be plain text", id="key is a list"),
        pytest.param(
            "a:\n\tb: 1", "w.yaml:2: not valid YAML: found character '\\t' that cannot start any token", id="tab"
        ),
        pytest.param("a: 1\nb: *x", "w.yaml:2: not valid YAML: found undefined alias 'x'", id="alias of nothing"),
        pytest.param("a: 1\n---\nb: 2", "w.yaml:2: not valid YAML: but found another document", id="two documents"),
        pytest.param(
            "a: 1\nb: \x07", "w.yaml:2: the control character U+0007 is not allowed: remove it", id="control character"
        ),
        pytest.param(b"a: \xff", "w.yaml: not UTF-8 (byte 3): save it as UTF-8", id="not UTF-8"),
        pytest.param("a: &x [*x, *x]", "w.yaml:1: a[0][0]: nested too deeply or too large", id="holds itself"),
        pytest.param(
            "[" * 5000, f"w.yaml:1: nested more than {MAX_DEPTH} deep: no config is so deep", id="nested without end"
        ),
        pytest.param(
            "a: &x 1\nb: [" + "*x, " * (MAX_ALIASES + 1) + "]",
            f"w.yaml: {MAX_ALIASES + 1} aliases; at most {MAX_ALIASES} are accepted",
            id="many aliases",
        ),
        pytest.param("#" * 5_000_001, "w.yaml: longer than 5,000,000 bytes: no config is so large", id="huge"),
    ],
)
def test_what_is_no_config_is_refused_with_its_line(text, expected):
    assert errors(text) == [expected]


def test_a_number_without_end_is_refused_in_a_short_message():
    (message,) = errors("a: " + "9" * 5000)
    assert message.startswith("w.yaml:1: a: '999")
    assert len(message) < 300


def test_aliases_of_aliases_are_refused_before_they_are_written_out():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{name}: &{name} [" + ", ".join([f"*{before}"] * 9) + "]\n"
    (message,) = errors(bomb)
    assert "nested too deeply or too large" in message


def test_every_problem_at_once_by_line():
    text = """\
rules:
  - name: new-attack
    region: [sahel]
  - name: Bad Name
    sure: 2
    regions: [sahell]
  - sure: 0.5
typo: 1
"""
    assert errors(text, Watch) == [
        "w.yaml:3: rules[0].region: unknown key 'region' (did you mean 'regions'?)",
        "w.yaml:4: rules[1].name: string should match pattern '^[a-z-]+$', not 'Bad Name'",
        "w.yaml:5: rules[1].sure: input should be less than or equal to 1, not 2",
        "w.yaml:6: rules[1].regions: unknown region 'sahell' (did you mean 'sahel'?)",
        "w.yaml:7: rules[2].name: the key 'name' is missing: add it",
        "w.yaml:8: typo: unknown key 'typo'; known keys: named, rules",
    ]


def test_an_unknown_key_is_explained_by_the_keys_of_its_own_place():
    assert errors("named:\n  one:\n    name: a\n    sur: 1", Watch) == [
        "w.yaml:4: named.one.sur: unknown key 'sur' (did you mean 'sure'?)"
    ]
    assert errors("rules:\n- name: a\n  short: x", Watch) == [
        "w.yaml:3: rules[0].short: unknown key 'short'; known keys: as, mode, name, regions, sure"
    ]


def test_what_looks_like_a_url_is_not_repeated_for_it_may_hold_a_secret():
    (message,) = errors("rules:\n- name: slack://token-a/token-b", Watch)
    assert "token" not in message


def test_a_long_wrong_value_is_cut():
    (message,) = errors(f"rules:\n- name: {'X' * 500}", Watch)
    assert len(message) < 200


def test_a_union_is_told_at_its_own_path():
    assert {line.split(": ")[1] for line in errors("rules:\n- name: a\n  mode: fast", Watch)} == {"rules[0].mode"}


def test_a_problem_has_the_line_of_the_nearest_part_in_the_file():
    document = parse_yaml("a:\n  b:\n    - x\n", "w.yaml")
    assert document.problem(("a", "b", 0), "m").line == 3
    assert document.problem(("a", "b", 7, "z"), "m").line == 2
    assert document.problem(("q",), "m").line == 1


def test_a_part_is_a_document_with_the_lines_of_the_whole():
    part = parse_yaml("x: 1\nrules:\n  - name: a\n", "w.yaml").within(("rules",))
    assert part.value == [{"name": "a"}]
    assert part.problem((0, "name"), "m").line == 3
    assert parse_yaml("x: 1", "w.yaml").within(("y", "z")).value is None


def test_paths_are_written_as_one_would():
    assert path_text(("rules", 0, "when", "regions")) == "rules[0].when.regions"
    assert path_text(()) == ""


def test_a_file_without_end_is_not_read_to_its_end():
    with pytest.raises(ConfigError, match=r"^/dev/zero: longer than 5,000,000 bytes: no config is so large"):
        read_yaml(Path("/dev/zero"))


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml: there is no such file"):
        read_yaml(tmp_path / "none.yaml")
    with pytest.raises(ConfigError, match=r"^shown\.yaml: cannot be read: Is a directory"):
        read_yaml(tmp_path, name="shown.yaml")
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert read_yaml(tmp_path / "bom.yaml").value == {"a": 1, "b": 2}


YAML_PIECES = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        "&x ",
        "*x",
        "!t ",
        "|",
        ">",
        "\n",
        "\n  ",
        "'",
        '"',
        "#",
        "? ",
        ": ",
        "%",
        "\t",
        "1",
        "~",
    ]
)


@given(st.one_of(st.text(max_size=100), st.binary(max_size=100), st.lists(YAML_PIECES, max_size=30).map("".join)))
def test_any_input_is_read_or_refused_never_an_accident(raw):
    problems = ()
    try:
        read(raw, Watch)
    except ConfigError as error:
        problems = error.problems
    assert all(problem.file == "w.yaml" for problem in problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules: 0x" + "f" * 6000, "a number has at most 100 digits"),
        ("rules: [{name: 0x" + "f" * 6000 + "}]", "a number has at most 100 digits"),
        ('rules: "\\UFFFFFFFF"', "names no character"),
    ],
)
def test_numbers_and_escapes_without_measure_are_errors_like_others(text, expected):
    (error,) = errors(text, Watch)
    assert expected in error
    assert len(error) < 300


@pytest.mark.parametrize(
    "text",
    [
        "'https://x.example/s3cret': 1",
        "named: {a: {'chat://s3cret@x': 1, name: a}}",
        "'https://x.example/s3cret': 1\n'https://x.example/s3cret': 2",
        "rules: !!int 'https://x.example/s3cret'",
    ],
)
def test_a_url_is_not_repeated_wherever_it_stands(text):
    said = errors(text, Watch)
    assert said
    assert "s3cret" not in "\n".join(said)


class Place(ConfigModel):
    env: Annotated[str, Field(pattern=r"^[A-Z]+$")] | None = None


class Told(ConfigModel):
    urls: tuple[Place, ...] = ()


@pytest.mark.parametrize("text", ["urls: [{env: xoxb-s3cret}]", "urls: [xoxb-s3cret]", "urls: 's3cret:pw'"])
def test_a_token_in_the_place_of_a_url_is_not_repeated(text):
    said = errors(text, Told)
    assert said
    assert "s3cret" not in "\n".join(said)

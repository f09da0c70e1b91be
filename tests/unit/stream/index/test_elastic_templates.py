import pytest

from stream.index.elastic_indices import Kind, Place
from stream.index.elastic_mappings import COMMON, FIELDS, LANGUAGES
from stream.index.elastic_templates import creation, is_current, is_ours, overriding, templates

WANTED = templates("marsad-", 1)


def all_fields():
    return {name: field for fields in (COMMON, *FIELDS.values()) for name, field in fields.items()}


def test_every_mapping_is_strict_and_says_its_version():
    bodies = [one["template"]["mappings"] for one in WANTED.indices.values()]
    bodies += [creation(Place(kind, "2026.11" if kind.monthly else ""), "marsad-")["mappings"] for kind in Kind]
    assert len(bodies) == 10
    for mapping in bodies:
        assert mapping["dynamic"] == "strict"
        assert mapping["_meta"] == {"managed_by": "marsad", "version": 1}


def test_only_fields_that_lens_can_use():
    assert {field["type"] for field in all_fields().values()} == {
        "keyword",
        "text",
        "date",
        "boolean",
        "long",
        "float",
        "geo_point",
    }


def test_text_is_analysed_in_its_own_language():
    fields = FIELDS[Kind.ARTICLES]
    for language, analyser in LANGUAGES.items():
        for name in (f"title.{language}", f"text.{language}"):
            assert fields[name]["analyzer"] == analyser
        assert fields[f"labels.{language}"]["fields"]["text"]["analyzer"] == analyser


def test_long_values_do_not_break_a_document():
    keywords = [field for field in all_fields().values() if field["type"] == "keyword"]
    assert keywords
    assert all(field["ignore_above"] for field in keywords)


def test_a_field_means_the_same_in_every_index():
    seen = {}
    for fields in (COMMON, *FIELDS.values()):
        for name, field in fields.items():
            assert seen.setdefault(name, field) == field


def test_acknowledged_writes_survive_a_crash_and_replicas_are_the_operators():
    settings = templates("x-", 2).components["x-settings-v1"]["template"]["settings"]["index"]
    assert settings["translog"] == {"durability": "request"}
    assert (settings["refresh_interval"], settings["number_of_replicas"]) == ("1s", "2")


def test_names_and_patterns_carry_prefix_and_version():
    found = templates("x-", 1, 7)
    assert set(found.components) == {"x-settings-v7", "x-common-v7"}
    assert found.indices["x-articles-v7"]["index_patterns"] == ["x-articles-*-v7"]
    assert found.indices["x-stories-v7"]["index_patterns"] == ["x-stories-v7"]
    assert found.indices["x-stories-v7"]["composed_of"] == ["x-settings-v7", "x-common-v7"]


def test_a_template_is_known_by_its_mark_however_the_server_words_it():
    ours = WANTED.indices["marsad-alerts-v1"]
    there = {"index_patterns": ["as the server words it"], "_meta": dict(ours["_meta"])}
    assert is_ours(there)
    assert is_current(there, ours)
    there["_meta"]["digest"] = "another"
    assert is_ours(there)
    assert not is_current(there, ours)
    assert not is_ours({"index_patterns": ["*"]})
    assert not is_ours({"_meta": None})


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ({"index_patterns": ["*"], "priority": 500}, ("theirs",)),
        ({"index_patterns": ["logs-*", "marsad-*"], "priority": 900}, ("theirs",)),
        ({"index_patterns": ["marsad-articles-2026*"], "priority": 501}, ("theirs",)),
        ({"index_patterns": ["*"], "priority": 499}, ()),
        ({"index_patterns": ["*"]}, ()),
        ({"index_patterns": ["marsad-[a-z]*"], "priority": 900}, ()),
        ({"index_patterns": ["marsad-x*"], "priority": 900}, ()),
        ({"index_patterns": ["*"], "priority": 900, "_meta": {"managed_by": "marsad"}}, ()),
    ],
)
def test_a_template_that_would_be_taken_in_place_of_ours_is_found(template, found):
    assert overriding({"theirs": template}, "marsad-", 1) == found

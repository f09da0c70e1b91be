"""The text that an article repeats most."""

from msgspec.structs import replace
from unit.strategies.story_readings import reading

from stream.reading.sketch import sketch_of
from stream.stories.copies import find_copy
from stream.stories.members import to_member

TEXT = " ".join(f"word{number}" for number in range(60))
OTHER = " ".join(f"term{number}" for number in range(60))


def member(name, text=TEXT, language="fr"):
    return replace(to_member(reading(name), ()), language=language, sketch=sketch_of(text))


def test_the_most_similar_of_one_language_and_of_equals_the_earlier():
    members = [member("other", OTHER), member("abroad", language="ar"), member("first"), member("second")]
    found = find_copy(member("new"), members)
    assert (found.of.article_id, found.similarity) == (members[2].article_id, 1.0)


def test_nothing_is_a_copy_of_itself_or_of_no_text():
    new = member("new")
    assert find_copy(new, [new, member("short", "no text")]) is None
    assert find_copy(member("short", "no text"), [new]) is None


def test_a_sketch_of_another_release_is_like_nothing():
    old = member("old")
    assert find_copy(member("new"), [replace(old, sketch=old.sketch[:64]), member("other", OTHER)]) is None

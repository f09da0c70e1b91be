from stream.index.elastic_indices import Kind, Place
from stream.index.elastic_operation import Operation, storable

STORY = {"place": Place(Kind.STORIES), "id": "s"}


def test_a_version_is_ours_and_never_goes_back():
    target = {"_index": "m-stories", "_id": "s", "version": 3, "version_type": "external_gte"}
    assert Operation(**STORY, document={}, version=3).action("m-stories") == {"index": target}
    assert Operation(**STORY, document=None, version=3).action("m-stories") == {"delete": target}


def test_without_a_version_it_is_created_once():
    created = {"create": {"_index": "m-stories", "_id": "s"}}
    assert Operation(**STORY, document={"x": 1}).action("m-stories") == created


def test_what_utf_8_cannot_hold_is_replaced_character_by_character():
    assert storable({"a": ["x\ud800y", ("\udfff", 1)], "b": None}) == {"a": ["x?y", ["?", 1]], "b": None}

"""The small index, against a plain dictionary of sets."""

from hypothesis import given
from hypothesis import strategies as st

from stream.stories.postings import Postings

steps = st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.sampled_from("abc")), max_size=40)


@given(steps)
def test_it_holds_what_a_dictionary_of_sets_holds(steps):
    filed, model = Postings(), {}
    for add, key, story in steps:
        (filed.add if add else filed.discard)([key], story)
        there = model.setdefault(key, set())
        (there.add if add else there.discard)(story)
    assert {key: filed.find([key]) for key in range(5)} == {key: model.get(key, set()) for key in range(5)}
    assert sorted(filed.used()) == sorted(key for key, stories in model.items() if stories)

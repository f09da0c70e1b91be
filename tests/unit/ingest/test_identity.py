import pytest

from ingest.config import Identity
from ingest.feed_state import EntryKeys, FeedState
from ingest.fetched import ParsedEntry
from ingest.identity import detect, entry_keys, key_under


def keys(guid: str, link: str, content: str) -> EntryKeys:
    return EntryKeys(guid, link, content)


def test_a_key_falls_back_to_the_next_that_the_entry_has() -> None:
    assert key_under(keys("g", "l", "c"), Identity.GUID) == "guid:g"
    assert key_under(keys("", "l", "c"), Identity.GUID) == "link:l"
    assert key_under(keys("g", "", "c"), Identity.LINK) == "content:c"
    assert key_under(keys("g", "l", "c"), Identity.CONTENT) == "content:c"


def test_a_guid_that_is_a_link_survives_a_move_to_https() -> None:
    old = ParsedEntry(guid="http://p.example/?p=7", title="t")
    new = ParsedEntry(guid="https://www.p.example/?p=7", title="t")
    assert entry_keys(old).guid == entry_keys(new).guid


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(
            "https://p.example/?source=2", id="a parameter that in a link only says where the reader came from"
        ),
        pytest.param("https://p.example/?source=1#2", id="a fragment"),
        pytest.param("https://p.example/?source=1/", id="a slash at the end"),
        pytest.param("https://P.example/?Source=1", id="case"),
    ],
)
def test_a_guid_is_told_apart_by_its_every_sign(other: str) -> None:
    one = ParsedEntry(guid="https://p.example/?source=1", title="t")
    assert entry_keys(one).guid != entry_keys(ParsedEntry(guid=other, title="t")).guid


def test_one_edit_of_title_and_link_does_not_change_the_policy() -> None:
    state = FeedState(feed="a", window=tuple(keys(f"g{n}", f"l{n}", f"c{n}") for n in range(5)))
    now = [keys("g0", "new", "new"), *state.window[1:]]
    detected = detect(Identity.AUTO, state, now)
    assert (detected.identity, detected.reused) == (Identity.GUID, 1)


def test_a_wholly_new_window_says_nothing_about_guids() -> None:
    state = FeedState(feed="a", window=tuple(keys(f"g{n}", f"l{n}", f"c{n}") for n in range(5)))
    now = [keys(f"g{n}", f"l{n}", f"c{n}") for n in range(10, 15)]
    assert detect(Identity.AUTO, state, now).identity is Identity.GUID


def test_the_policy_never_goes_back() -> None:
    state = FeedState(feed="a", identity=Identity.LINK, window=(keys("g", "l", "c"),))
    assert detect(Identity.AUTO, state, [keys("g", "l", "c")]).identity is Identity.LINK


def test_an_empty_feed_teaches_nothing() -> None:
    assert detect(Identity.AUTO, FeedState(feed="a"), []).identity is Identity.GUID

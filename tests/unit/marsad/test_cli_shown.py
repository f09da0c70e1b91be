"""What the live view says of stories: an attack that is only mentioned is not shown as one that happened."""

import pytest
from unit.alerts.told import NOON, incident, story

from marsad.cli.shown import observer
from marsad.codec import encode
from marsad.codes import Status
from marsad.log import RawEntry, StoryChanged, Tick


class View:
    def __init__(self) -> None:
        self.stories = []

    def story(self, shown) -> None:
        self.stories.append(shown)


@pytest.mark.parametrize(
    ("changes", "what", "fresh"),
    [
        pytest.param({}, "Attack", True, id="it has just happened"),
        pytest.param({"fresh": False}, "mentioned: Attack", False, id="an opinion, an anniversary, a film"),
        pytest.param({"fresh": False, "status": Status.FOILED}, "foiled: Attack", False, id="it did not happen"),
        pytest.param({"retracted": True}, "retracted", False, id="its paper took it back"),
    ],
)
def test_a_story_is_shown_as_what_it_tells(changes, what: str, fresh: bool) -> None:
    view = View()
    told = incident(**changes)
    observe = observer(view, lambda _id: None)
    entry = RawEntry(offset=1, at=NOON, body=encode(Tick(minute=NOON)))
    observe(entry, [StoryChanged(story=story(told))])
    (shown,) = view.stories
    assert (shown.what, shown.fresh) == (what, fresh)

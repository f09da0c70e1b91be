"""Of several watches over one log only one acts, whatever their clocks show and however long they were frozen."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marsad.lease import RENEWED_AFTER, SECONDS, Tenure, granted
from marsad.log import LeaseClaim, LeaseTaken

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def claim(owner: str, number: int = 1, seconds: float = SECONDS, published: int = 0) -> LeaseClaim:
    return LeaseClaim(owner=owner, number=number, seconds=seconds, published=published)


def taken(owner: str, after: float = SECONDS, number: int = 1, published: int = 0) -> LeaseTaken:
    return LeaseTaken(owner=owner, number=number, until=NOON + timedelta(seconds=after), published=published)


@pytest.mark.parametrize(
    ("holder", "at", "is_granted"),
    [
        (None, 0, True),
        (taken("a"), 5, True),
        (taken("b"), 5, False),
        (taken("b"), SECONDS - 0.001, False),
        (taken("b"), SECONDS, True),
    ],
)
def test_a_lease_is_granted_to_its_owner_and_to_others_at_its_end(
    holder: LeaseTaken | None, at: float, is_granted: bool
) -> None:
    now = NOON + timedelta(seconds=at)
    lease = granted(claim("a"), holder, now)
    assert (lease is not None) is is_granted
    if lease:
        assert (lease.owner, lease.until) == ("a", now + timedelta(seconds=SECONDS))


def test_what_is_published_never_goes_back() -> None:
    lease = granted(claim("a", published=3), taken("b", after=-1, published=7), NOON)
    assert lease is not None
    assert lease.published == 7


def test_a_lease_given_back_is_free_at_once() -> None:
    given_back = granted(claim("a", number=2, seconds=0), taken("a"), NOON)
    assert given_back is not None
    assert granted(claim("b"), given_back, NOON) is not None


def test_a_claim_counts_from_before_it_was_appended() -> None:
    tenure = Tenure("a")
    tenure.claim(100.0, 0)
    assert not tenure.may_act(100.0)
    assert tenure.read_back(taken("a"), 110.0, NOON)
    assert tenure.may_act(110.0)
    assert not tenure.may_act(100.0 + SECONDS)


def test_a_claim_that_is_read_back_too_late_gives_nothing() -> None:
    tenure = Tenure("a")
    tenure.claim(100.0, 0)
    assert not tenure.read_back(taken("a"), 100.0 + SECONDS, NOON)
    assert not tenure.may_act(100.0 + SECONDS)


def test_another_owner_ends_it() -> None:
    tenure = Tenure("a")
    tenure.claim(100.0, 0)
    tenure.read_back(taken("a"), 100.1, NOON)
    tenure.read_back(taken("b"), 101.0, NOON)
    assert not tenure.may_act(101.0)
    assert not tenure.due(101.0 + RENEWED_AFTER)
    assert tenure.due(101.0 + SECONDS)


def test_a_lease_of_long_ago_keeps_nobody_waiting() -> None:
    tenure = Tenure("a")
    tenure.read_back(taken("b"), 5.0, NOON + timedelta(days=1))
    assert tenure.due(5.0)


def test_a_renewal_is_not_a_new_lease() -> None:
    tenure = Tenure("a")
    tenure.claim(0.0, 0)
    assert tenure.read_back(taken("a"), 0.1, NOON)
    assert not tenure.due(RENEWED_AFTER - 0.1)
    assert tenure.due(RENEWED_AFTER)
    tenure.claim(RENEWED_AFTER, 0)
    assert not tenure.read_back(taken("a", number=2), RENEWED_AFTER + 0.1, NOON)
    assert tenure.may_act(RENEWED_AFTER + SECONDS - 2)


def test_after_giving_it_back_an_older_claim_counts_no_more() -> None:
    tenure = Tenure("a")
    tenure.claim(0.0, 0)
    released = tenure.release(9)
    assert (released.seconds, released.published) == (0.0, 9)
    assert not tenure.read_back(taken("a"), 0.1, NOON)
    assert not tenure.may_act(0.1)


@dataclass
class Node:
    """A watch in a world of its own: its clock started anywhere, and it may be frozen."""

    tenure: Tenure
    started: float
    wrong_by: float
    lease: LeaseTaken | None = None
    read: int = 0


@dataclass
class World:
    nodes: list[Node]
    time: float = 0.0
    log: list[tuple[float, LeaseClaim]] = field(default_factory=list)

    def clock(self, node: Node) -> float:
        return self.time + node.started

    def claim(self, node: Node, took: float) -> None:
        made = node.tenure.claim(self.clock(node), 0)
        self.time += took  # the broker answers late, or the process is frozen right here
        self.log.append((self.time, made))

    def fold(self, node: Node) -> None:
        for at, made in self.log[node.read :]:
            moment = NOON + timedelta(seconds=at)
            lease = granted(made, node.lease, moment)
            if lease:
                node.lease = lease
                wall = NOON + timedelta(seconds=self.time + node.wrong_by)
                node.tenure.read_back(lease, self.clock(node), wall)
        node.read = len(self.log)

    def acting(self) -> list[str]:
        return [node.tenure.owner for node in self.nodes if node.tenure.may_act(self.clock(node))]


_STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(("claim", "fold", "wait")), st.floats(0, 2 * SECONDS)),
    max_size=60,
)


@given(steps=_STEPS, started=st.lists(st.floats(-1e5, 1e5), min_size=3, max_size=3), wrong=st.floats(-1e4, 1e4))
def test_never_two_at_a_time(steps: list[tuple[int, str, float]], started: list[float], wrong: float) -> None:
    world = World([Node(Tenure(name), start, wrong) for name, start in zip("abc", started, strict=True)])
    for number, what, seconds in steps:
        node = world.nodes[number]
        if what == "claim":
            world.claim(node, seconds)
        elif what == "fold":
            world.fold(node)
        else:
            world.time += seconds
        assert len(world.acting()) <= 1


def test_someone_gets_it() -> None:
    world = World([Node(Tenure("a"), 0.0, 0.0), Node(Tenure("b"), 50.0, 3.0)])
    for node in world.nodes:
        world.claim(node, 0.01)
    for node in world.nodes:
        world.fold(node)
    assert world.acting() == ["a"]
    world.time += SECONDS
    assert world.acting() == []
    world.claim(world.nodes[1], 0.01)
    world.fold(world.nodes[1])
    assert world.acting() == ["b"]


def test_a_log_whose_time_ran_ahead_does_not_keep_the_lease_for_ever() -> None:
    node = Tenure("b")
    lease = taken("a", after=8 * 3_600, number=5)
    node.read_back(lease, 0.0, NOON)
    early = node.claim(SECONDS - 1, 0)
    assert granted(early, lease, NOON) is None
    waited = node.claim(SECONDS, 0)
    assert granted(waited, lease, NOON) is not None
    assert granted(waited, taken("a", after=8 * 3_600, number=6), NOON) is None  # it was renewed meanwhile


def test_claims_that_are_never_granted_are_forgotten() -> None:
    tenure = Tenure("a")
    for number in range(1_000):
        tenure.claim(number * RENEWED_AFTER, 0)
    assert len(tenure._claimed) <= SECONDS / RENEWED_AFTER + 1

"""`marsad rules why` tells what became of an alert whose rule is no longer what it was."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from unit.marsad.cli_runs import run
from unit.strategies.story_readings import event, reading

from alerts.rules import RuleSet
from marsad.log import ReadingRecord, RuleSetTaken
from marsad.sqlite import Database
from marsad.store import WatchStore
from marsad.watch import Watch
from stream.log_table import LogTable

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ATTACK = {"name": "attack", "when": {"fresh": True}, "sure": 0.8}


def taken(*rules: dict[str, Any]) -> RuleSetTaken:
    rule_set = RuleSet.model_validate(
        {"rules": rules, "receivers": [{"name": "desk", "console": True}], "default": ["desk"]}
    )
    return RuleSetTaken(digest=rule_set.digest(), body=rule_set.to_json())


@pytest.fixture
def why(tmp_path: Path):
    """What is told of a story that ``attack`` alerted before a set of other rules came into force."""
    (tmp_path / "marsad.yaml").write_text("{}\n", encoding="utf-8")
    (tmp_path / "data").mkdir()

    def told(*rules: dict[str, Any]) -> str:
        database = Database.open(tmp_path / "data" / "watch.db")
        log, store = LogTable(database), WatchStore(database)
        log.append([taken(ATTACK), ReadingRecord(reading=reading("one", event(score=0.9))), taken(*rules)], NOON)
        store.fold(Watch(store.queries, str.casefold), log.after(0, 9))
        database.close()
        done = run("rules", "why", "s-one", "--dir", str(tmp_path))
        assert (done.code, done.err) == (0, "")
        return done.out

    return told


def test_of_a_rule_that_is_as_it_was_nothing_is_added(why) -> None:
    assert "attack: " not in why(ATTACK)


def test_a_rule_that_is_gone_is_told(why) -> None:
    out = why(ATTACK | {"name": "other"})
    assert "attack: its rule is not in force any more: a-" in out
    assert "gets no updates, only a cancel should it be withdrawn" in out


def test_a_rule_that_would_not_hold_any_more_is_told(why) -> None:
    out = why(ATTACK | {"when": {"countries": ["SN"], "fresh": True}})
    assert "attack: as it is now it does not hold (not in SN): a-" in out

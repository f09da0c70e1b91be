"""The project's papers say what the code does."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from marsad.http import FeedSnapshot, Snapshot, StepSnapshot, _SnapshotCollector
from marsad.progress import LIMITS, TableCounts
from marsad.sqlite import Database

ROOT = Path(__file__).parents[2]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")
NOON = datetime(2026, 11, 16, tzinfo=UTC)
SNAPSHOT = Snapshot(
    now=NOON,
    version="1",
    feeds=(FeedSnapshot(slug="f", state="ok", last_polled=NOON, last_success=NOON),),
    steps=tuple(StepSnapshot(name=name, last_progress=NOON, limit=limit) for name, limit in LIMITS.items()),
    counts=TableCounts(Database.open(":memory:")).take().counts,
    notifications={"due": 1},
    parked=0,
)


def test_the_page_on_operations_tells_every_metric_and_no_other():
    told = set(re.findall(r"^\| `(marsad_\w+)` \|", OPERATIONS.partition("\n## Kafka\n")[0], re.MULTILINE))
    families = _SnapshotCollector(SNAPSHOT).collect()
    assert told == {sample.name for family in families for sample in family.samples}


def test_and_every_metric_of_the_scaled_out_processes():
    written = "".join(path.read_text("utf-8") for path in sorted((ROOT / "marsad" / "scaled").glob("*.py")))
    gauges = re.findall(r"Gauge\(\s*name=\"(\w+)\"", written)
    assert len(gauges) > 5
    assert [name for name in gauges if f"`marsad_{name}" not in OPERATIONS] == []


def test_and_every_step_with_its_limit():
    told = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| (\d+) min \|$", OPERATIONS, re.MULTILINE))
    assert told == {name: str(int(limit.total_seconds() // 60)) for name, limit in LIMITS.items()}


MESSAGES = re.findall(r"^\| `(.+?)` \|", OPERATIONS.split("## What messages mean")[1].split("\n## ")[0], re.MULTILINE)
CODE = "\n".join(
    path.read_text("utf-8") for folder in ("marsad", "stream/index") for path in sorted((ROOT / folder).glob("*.py"))
)


@pytest.mark.parametrize("message", [message for message in MESSAGES if not message.startswith("file.yaml")])
def test_every_message_that_it_explains_is_one_of_the_codes(message):
    fixed = [part.strip() for part in re.split(r"…|\bN\b|\b30\b|[()]", message) if part.strip(" s")]
    assert fixed
    assert [part for part in fixed if part not in CODE] == []


def test_every_file_that_the_architecture_names_is_there():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = re.findall(r"`((?:marsad|ingest|stream|alerts)/[\w/]+\.py)`", page)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_within_the_project_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []

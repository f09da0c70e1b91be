"""One judgement that meets a defect must not take the others with it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

from marsad.alert import Decision, Hold, LedgerEntry
from marsad.errors import StoreError
from marsad.log import Decided, Effect, HoldSet, Unjudged

MACHINE_FAULTS: Final = (StoreError, OSError, MemoryError)
"""Not the fault of what is folded: the same folds well elsewhere."""
UNJUDGED: Final = "could not be judged"

Effects = tuple[Effect, ...]


def guarded(judge: Callable[[], Effects], failed: Callable[[Exception], Effects]) -> Effects:
    """What ``judge`` gives, or what ``failed`` makes of the defect it met. Raises MACHINE_FAULTS."""
    try:
        return judge()
    except MACHINE_FAULTS:
        raise
    except Exception as error:  # noqa: BLE001  a defect in one judgement must not silence the other rules and stories
        return failed(error)


def unjudged(rule: str, story: str, version: int, before: Hold | None, now: datetime) -> Callable[[Exception], Effects]:
    """What becomes of a rule that could not be judged: parked, and noted as a match that was not told.

    The note takes the place of a hold, so that the next minute does not meet the same defect again; it is not
    parked a second time for as long as the defect is of the same kind.
    """
    return partial(_unjudged, rule, story, version, before, now)


def described(error: Exception) -> str:
    """An error in one line, for the operator."""
    return f"{type(error).__name__}: {error}"


def _unjudged(rule: str, story: str, version: int, before: Hold | None, now: datetime, error: Exception) -> Effects:
    why = f"{UNJUDGED}: {type(error).__name__}"  # its text may hold figures, and would be a new note each time
    if before is not None and before.missed == why:
        return ()
    noted = LedgerEntry(
        at=now,
        decision=Decision.SUPPRESSED,
        rule=rule,
        story=story,
        story_version=version,
        reason=f"{why}; parked: `marsad parked list` has the error",
    )
    return (
        HoldSet(hold=Hold(rule=rule, story=story, since=now, until=now, missed=why)),
        Decided(entry=noted),
        Unjudged(story=story, rule=rule, error=described(error)),
    )

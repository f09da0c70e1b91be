"""The log's time against the machine's clock.

The log's time never decreases, so a clock that once ran ahead holds it still until the clock has caught up: matches
that wait and updates wait longer. That is told loudly, and a watch that would stand so for long does not start.
"""

from datetime import datetime, timedelta
from typing import Final

from marsad.errors import StoreError

TOLD_FROM: Final = timedelta(minutes=5)
"""Clocks are set right by less than this all the time."""
REFUSED_FROM: Final = timedelta(hours=1)
"""A supervisor that starts the watch again and again bridges less than this."""


def standing_still(last: datetime | None, now: datetime) -> str:
    """Why the log's time stands still, for whoever runs the watch; empty where it goes on, or is about to."""
    if last is None or last - now <= TOLD_FROM:
        return ""
    return (
        f"the log's time is {_moment(last)}, {_ahead(last, now)} ahead of this machine's clock: matches that are held "
        "and updates wait until the clock has caught up, and news may be marked late"
    )


def check_log_time(last: datetime | None, now: datetime) -> None:
    """Before the start. Raises StoreError where the log's time would stand still for long."""
    if last is not None and last - now > REFUSED_FROM:
        raise StoreError(
            f"the log's last entry is of {_moment(last)}, {_ahead(last, now)} ahead of this machine's clock "
            f"({_moment(now)}): if the clock is wrong, set it right; if it ran ahead once, restore a backup of before, "
            "or give the watch a new data folder (`data` in marsad.yaml): docs/operations.md, A clock that was wrong"
        )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _ahead(last: datetime, now: datetime) -> str:
    lead = last - now
    if lead >= timedelta(days=2):
        return f"{lead.days} days"
    minutes = int(lead.total_seconds()) // 60
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"

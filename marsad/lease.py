"""Who of several watches may send. Claims are log records, so every watch over the log agrees on who has the lease.

``granted`` folds a claim in the log's own time. ``Tenure`` is one process's side: it acts only between reading its
own claim back and that claim's end, counted on its own clock from *before* the claim was appended. So it stops no
later than the log says, whatever the clocks show, also when it was frozen in between.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from marsad.log import LeaseClaim, LeaseTaken

SECONDS: Final = 15.0
"""How long a lease is asked for: a watch that dies is followed by the next one after that."""
RENEWED_AFTER: Final = SECONDS / 3
_MARGIN: Final = 1.0
"""Seconds before its end from which a lease is not used: clocks may run at slightly different rates."""


def granted(claim: LeaseClaim, holder: LeaseTaken | None, now: datetime) -> LeaseTaken | None:
    """The lease from here on, or None where the claim changes nothing because another owner has it still.

    Another owner's lease is over by the log's time, or where the claimant waited for a whole lease behind the last
    claim, by a clock of its own: the log's time stands still for long where a broker's clock once ran ahead.
    """
    if holder is not None and holder.owner != claim.owner and now < holder.until:
        waited = (claim.after_owner, claim.after_number) == (holder.owner, holder.number)
        if not waited:
            return None
    until = now + timedelta(seconds=max(0.0, claim.seconds))
    published = max(claim.published, holder.published if holder else 0)
    return LeaseTaken(owner=claim.owner, number=claim.number, until=until, published=published)


@dataclass(slots=True)
class Tenure:
    """One process's claims. Moments are seconds of a clock that also counts while the machine sleeps."""

    owner: str
    _number: int = 0
    _claimed: dict[int, float] = field(default_factory=dict)
    _ends: float = float("-inf")
    _last_claim: float = float("-inf")
    _others_end: float = float("-inf")
    _others_last: tuple[str, int] = ("", 0)
    _others_read: float = float("-inf")

    def may_act(self, moment: float) -> bool:
        """Whether this process may send, tick and publish at this moment."""
        return moment < self._ends - _MARGIN

    def due(self, moment: float) -> bool:
        """Whether it is time to claim: to keep the lease, or because nobody else seems to have it."""
        return moment - self._last_claim >= RENEWED_AFTER and moment >= self._others_end

    def claim(self, moment: float, published: int) -> LeaseClaim:
        """The next claim. Take ``moment`` before it is appended."""
        self._number += 1
        kept = {number: began for number, began in self._claimed.items() if moment - began < SECONDS}
        self._claimed = {**kept, self._number: moment}
        self._last_claim = moment
        after_owner, after_number = self._others_last if moment - self._others_read >= SECONDS else ("", 0)
        return LeaseClaim(
            owner=self.owner,
            number=self._number,
            seconds=SECONDS,
            published=published,
            after_owner=after_owner,
            after_number=after_number,
        )

    def release(self, published: int) -> LeaseClaim:
        """Gives the lease back, so that the next owner need not wait for its end."""
        self._ends = float("-inf")
        self._claimed.clear()
        self._number += 1
        return LeaseClaim(owner=self.owner, number=self._number, seconds=0.0, published=published)

    def read_back(self, taken: LeaseTaken, moment: float, now: datetime) -> bool:
        """Hears of a granted claim; whether the lease came to this process anew.

        ``now`` is the machine's clock: it tells roughly when another's lease ends. A claim that is made too early
        for that is refused by the log, so a wrong clock costs only time.
        """
        if taken.owner != self.owner:
            self._ends = float("-inf")
            left = (taken.until - now).total_seconds()
            self._others_end = moment + min(max(left, 0.0), SECONDS)
            self._others_last, self._others_read = (taken.owner, taken.number), moment
            return False
        began = self._claimed.pop(taken.number, None)
        if began is None:
            return False  # given back, or a claim that was heard of already
        for older in [number for number in self._claimed if number < taken.number]:
            del self._claimed[older]  # refused: never read back
        anew = not self.may_act(moment)
        self._ends = began + SECONDS
        self._others_end = float("-inf")
        return anew and self.may_act(moment)

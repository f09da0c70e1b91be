"""`marsad elastic migrate`, every index into the next mapping's version; `marsad elastic retain`, old months dropped.

An index is copied while writers run. When little is left it takes no writes for a moment, in which writers wait and
try again; the last is copied, the counts are compared, and its aliases change hands in one step.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from stream.index.elastic_copy import Copy
from stream.index.elastic_errors import EXISTS, ElasticError, RefusedError
from stream.index.elastic_indices import MAPPING_VERSION, Concrete, Kind, concrete, months_before
from stream.index.elastic_mappings import FIELDS, Fields
from stream.index.elastic_patience import Patience, PatientRequests
from stream.index.elastic_requests import Json, Requests
from stream.index.elastic_settings import ElasticAccess
from stream.index.elastic_setup import aliased
from stream.index.elastic_templates import creation

LITTLE: Final = 500
"""Documents that may be left when writes are held."""
MOST_PASSES: Final = 20
"""After these it is held all the same: writers are faster than the copy."""

Tell = Callable[[str], None]


class Migration:
    """To one mapping version."""

    def __init__(
        self,
        client: Requests,
        prefix: str,
        tell: Tell,
        *,
        version: int = MAPPING_VERSION,
        fields: Mapping[Kind, Fields] = FIELDS,
        patience: Patience | None = None,
    ) -> None:
        self._client = client
        self._prefix = prefix
        self._tell = tell
        self._version = version
        self._fields = fields
        self._patience = patience or Patience()
        self._patient = PatientRequests(client, self._patience)

    async def run(self, *, drop_old: bool = False) -> int:
        """Every index of an older version; how many there were. Raises ElasticError; run again, it goes on."""
        count = 0
        while older := await self._older():  # a writer may have begun a month meanwhile
            for old in older:
                await self._one(old, drop_old=drop_old)
                count += 1
        return count

    async def _older(self) -> list[Concrete]:
        behind = await aliased(self._client, self._prefix)
        found = (concrete(name, self._prefix) for alias in sorted(behind) for name in behind[alias])
        ours = {one.name: one for one in found if one and one.version < self._version}
        return [ours[name] for name in sorted(ours)]

    async def _one(self, old: Concrete, *, drop_old: bool) -> None:
        new = old.place.index(self._prefix, self._version)
        body = creation(old.place, self._prefix, self._version, self._fields) | {"aliases": {}}
        try:
            await self._patient.send("PUT", f"/{new}", body)
        except RefusedError as error:
            if error.kind != EXISTS:
                raise
        copy = Copy(self._client, self._patience, old.name, new, self._version)
        await copy.resume()
        for _ in range(MOST_PASSES):
            count = await copy.pass_once()
            self._tell(f"{old.name} → {new}: {count:,} documents copied")
            if count <= LITTLE:
                break
        await self._change_hands(old, new, copy)
        if drop_old:
            await self._patient.send("DELETE", f"/{old.name}")
            self._tell(f"{old.name} is deleted")
        else:
            self._tell(f"{old.name} is in use no more: delete it when you have looked at {new}")

    async def _change_hands(self, old: Concrete, new: str, copy: Copy) -> None:
        """With no writes to the old index. If it fails, it takes them again."""
        await self._patient.send("PUT", f"/{old.name}/_block/write")  # returns when those under way are done
        try:
            await copy.pass_once()
            count = await self._compared(old, new, copy)
            await copy.finish()
            await self._patient.send("POST", "/_aliases", {"actions": self._swapped(old, new)})
        except BaseException:  # an interrupted one too must not leave writers waiting
            await self._patient.send("PUT", f"/{old.name}/_settings", {"index.blocks.write": None})
            raise
        self._tell(f"{new} is in use, {count:,} documents")

    async def _compared(self, old: Concrete, new: str, copy: Copy) -> int:
        """How many documents both have. Raises ElasticError where they differ."""
        there, here = await copy.counts()
        if here > there:
            await copy.remove_gone()
            there, here = await copy.counts()
        if here != there:
            raise ElasticError(f"{old.name} has {there:,} documents, {new} {here:,}: nothing was changed, run it again")
        return here

    def _swapped(self, old: Concrete, new: str) -> list[Json]:
        actions: list[Json] = []
        for alias in old.place.aliases(self._prefix):
            # Not must_exist: when the answer was lost, the same request must be taken again.
            actions += [
                {"remove": {"index": old.name, "alias": alias, "must_exist": False}},
                {"add": {"index": new, "alias": alias}},
            ]
        return actions


async def retain(client: Requests, access: ElasticAccess, now: datetime, *, check: bool) -> list[str]:
    """Drop whole months that are older than those to be kept; their indices. Raises ElasticError."""
    if access.keep_months is None:
        raise ElasticError("how much is kept is not said: write elasticsearch.keep_months in marsad.yaml")
    oldest = months_before(now, access.keep_months)
    found = await client.get(f"/{access.prefix}*/_settings/index.uuid")
    indices = (concrete(name, access.prefix) for name in sorted(found))
    dropped = [one.name for one in indices if one and one.place.month and one.place.month < oldest]
    for name in dropped if not check else ():
        await client.send("DELETE", f"/{name}")
    return dropped

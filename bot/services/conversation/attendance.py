"""Which channels have companions at all, without asking the database: nearly every message ends here."""

from __future__ import annotations

from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork


class Attendance:
    """The channels and threads where a companion was invited since the start, or was there at the start.

    It may hold more than there are (whoever was dismissed is noticed when the companions themselves are read),
    never fewer: :meth:`note` is called for every invitation. One process owns the database.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._known: set[int] | None = None
        self._noted: set[int] = set()

    async def may_have(self, place: Place) -> bool:
        """Whether companions may be present; one read for the whole process, at the first question."""
        known = self._known
        if known is None:

            async def work(uow: UnitOfWork) -> set[int]:
                return set(await uow.channels.attended())

            known = self._known = await self._storage.read(work) | self._noted
        return place.channel_id in known or place.parent_id in known

    def note(self, channel_id: int) -> None:
        """A companion was invited there."""
        self._noted.add(channel_id)
        if self._known is not None:
            self._known.add(channel_id)

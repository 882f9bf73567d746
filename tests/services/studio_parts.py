"""The studio over a room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain import studio_changes as changes
from bot.domain.picture import Aspect, Resolution
from bot.domain.request import ImageRequest, RequestKind, RequestOptions
from bot.domain.studio import Mode, StudioChoices
from bot.services.ports.images import Capabilities
from bot.services.ports.speaking import Place
from bot.services.ports.storage import UnitOfWork
from bot.services.requests.desk import Press
from bot.services.studio import StudioService
from bot.services.studio_panel import Panel, digest_of
from bot.services.studio_recall import PictureRecall
from tests.services.request_parts import ANA, CHANNEL, GUILD, PRICES, WELCOME, Room

HERE = Place(GUILD, CHANNEL)
LITTLE = Capabilities(
    max_references=1,
    max_batch=2,
    aspects=frozenset({Aspect.PORTRAIT, Aspect.SQUARE}),
    resolutions=frozenset({Resolution.R2K}),
    filters_output=True,
)
"""A backend with one likeness, two pictures at once, two shapes, and no 4K."""


def studio_over(room: Room) -> StudioService:
    """As the container makes it; a second one is the first after a restart."""
    return StudioService(
        storage=room.storage,
        clock=room.clock,
        welcome=WELCOME,
        checks=room.checks,
        recall=PictureRecall(storage=room.storage, checks=room.checks),
        presets=room.presets,
        backends=room.backends,
        prices=PRICES,
        desk=room.desk,
    )


@dataclass
class Studio:
    """A studio and who sits in it."""

    room: Room
    service: StudioService

    async def filled(
        self,
        *companion_ids: str,
        user_id: int = ANA,
        is_group: bool = False,
        mode: Mode = Mode.PREMIUM,
        prompt: str = "",
        **others: object,
    ) -> Panel:
        """The panel with these choices."""
        chosen = StudioChoices(
            is_group=is_group,
            mode=mode,
            companion_ids=companion_ids,
            prompt=prompt,
            **others,  # type: ignore[arg-type]
        )
        return await self.service.change(HERE, user_id, lambda _before: chosen)

    async def page(self, number: int, user_id: int = ANA) -> Panel:
        """Another page of companions."""
        return await self.service.change(HERE, user_id, lambda c: changes.on_page(c, number))

    def pressed(self, panel: Panel, user_id: int = ANA) -> Press:
        """Generate, pressed on a panel that shows this."""
        trigger = f"studio:{GUILD}:{digest_of(panel.choices)}"
        return replace(self.room.press(user_id, trigger), options=RequestOptions())

    async def made(self, panel: Panel, user_id: int = ANA) -> ImageRequest:
        """What came of pressing Generate."""
        request_id = await self.service.generate(self.pressed(panel, user_id))
        await self.room.driver.drive(request_id)
        return await self.room.request(request_id)

    async def typed(
        self, kind: RequestKind, names: Sequence[str], options: RequestOptions, user_id: int = ANA
    ) -> ImageRequest:
        """What came of a command."""
        press = replace(self.room.press(user_id), kind=kind, options=options, companion_names=tuple(names))
        request_id = await self.room.desk.begin(press)
        await self.room.driver.drive(request_id)
        return await self.room.request(request_id)

    async def nothing_happened(self, user_id: int = ANA) -> bool:
        """Nobody asked for anything, and no moments moved but the welcome."""

        async def work(uow: UnitOfWork) -> tuple[int, int]:
            account_id = await uow.members.require_account(user_id)
            history = await uow.ledger.history(account_id, GUILD, None, 100)
            return await uow.requests.count_open(account_id), len(history)

        open_count, entries = await self.room.storage.write(work)
        return (open_count, self.room.engine.submitted) == (0, []) and entries <= 1

    async def share(self, companion_id: str, *, is_ready: bool = True, is_shared: bool = True) -> None:
        """Enable a companion for Advanced, and share it."""

        async def work(uow: UnitOfWork) -> None:
            if is_ready:
                await uow.companions.set_reference(companion_id, "reference")
            await uow.companions.set_shared(companion_id, is_shared=is_shared)

        await self.room.storage.write(work)

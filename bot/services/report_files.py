"""All that is known about a case, put together for moderators."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.errors import BadPictureError, NotFoundError, PictureMissingError
from bot.domain.money import EntryKind
from bot.domain.picture import Rating
from bot.domain.reporting import Case
from bot.domain.request import Image, ImageRequest
from bot.services.companions import CompanionService
from bot.services.ports.images import PictureLab, PictureStore, Placeholder
from bot.services.ports.presets import PresetShelf
from bot.services.ports.review import CaseFile, EarlierCase, Exhibit, ReportLine
from bot.services.ports.storage import Storage, UnitOfWork

EXHIBIT_EDGE_PX = 1024


class CaseFiles:
    """Reads cases with everything around them."""

    def __init__(
        self,
        *,
        storage: Storage,
        companions: CompanionService,
        presets: PresetShelf,
        lab: PictureLab,
        store: PictureStore,
    ) -> None:
        self._storage = storage
        self._companions = companions
        self._presets = presets
        self._lab = lab
        self._store = store

    async def read(self, case_id: str, guild_id: int | None = None) -> CaseFile:
        """One case; with a ``guild_id``, of that guild alone.

        Raises:
            NotFoundError: there is none.
        """

        async def work(uow: UnitOfWork) -> CaseFile:
            return await self._file(uow, await require_case(uow, case_id, guild_id))

        return await self._named(await self._storage.read(work))

    async def queue(self, guild_id: int, after_case_id: str, limit: int) -> tuple[CaseFile, ...]:
        """A guild's open cases after an id, oldest first."""

        async def work(uow: UnitOfWork) -> list[CaseFile]:
            cases = await uow.reports.queue(guild_id, after_case_id, limit)
            return [await self._file(uow, case) for case in cases]

        return tuple([await self._named(file) for file in await self._storage.read(work)])

    async def exhibit(self, image: Image, *, is_restricted: bool) -> Exhibit:
        """The picture, no larger than it needs to be judged.

        Args:
            image: which one.
            is_restricted: it will stand in a channel that is age-restricted now.
        """
        if image.deleted_at_ms is not None:
            return Exhibit(b"")
        if image.rating is Rating.MATURE and not is_restricted:
            return Exhibit(await self._lab.placeholder(Placeholder.MATURE), Placeholder.MATURE)
        try:
            full = await self._store.get(image.file_key)
            return Exhibit(await self._lab.smaller(full, EXHIBIT_EDGE_PX))
        except (PictureMissingError, BadPictureError):
            return Exhibit(await self._lab.placeholder(Placeholder.MISSING), Placeholder.MISSING)

    async def _file(self, uow: UnitOfWork, case: Case) -> CaseFile:
        image, request = await require_picture(uow, case.image_id)
        lines: list[ReportLine] = []
        for report in await uow.reports.of_case(case.case_id):
            user_id = await uow.members.user_of(report.account_id)
            record = await uow.reports.record_of(report.account_id, case.guild_id, but_case_id=case.case_id)
            lines.append(ReportLine(report, user_id, record))
        earlier = [
            EarlierCase(other, await uow.members.user_of(other.verdict.account_id))
            for other in await uow.reports.cases_of(case.image_id)
            if other.case_id < case.case_id and other.verdict is not None
        ]
        verdict = case.verdict
        chosen = [self._presets.get(preset_id) for preset_id in request.options.presets.ids]
        return CaseFile(
            case=case,
            reports=tuple(lines),
            image=image,
            request=request,
            user_id=await uow.members.user_of(image.account_id),
            decided_by=None if verdict is None else await uow.members.user_of(verdict.account_id),
            cast_names=(),
            preset_names=tuple(preset.name for preset in chosen if preset is not None),
            earlier=tuple(earlier),
            is_refunded=await is_refunded(uow, image),
        )

    async def _named(self, file: CaseFile) -> CaseFile:
        """The same file with the names of who is in the picture and still is."""
        scene = file.request.scene  # None where its member had it forgotten
        found = [await self._companions.get(companion_id) for companion_id in (scene.cast if scene else ())]
        return replace(file, cast_names=tuple(companion.name for companion in found if companion is not None))


async def require_case(uow: UnitOfWork, case_id: str, guild_id: int | None) -> Case:
    """A case; with a ``guild_id``, of that guild alone.

    Raises:
        NotFoundError: there is none.
    """
    case = await uow.reports.case(case_id)
    if case is None or guild_id not in {None, case.guild_id}:
        raise NotFoundError
    return case


async def require_picture(uow: UnitOfWork, image_id: str) -> tuple[Image, ImageRequest]:
    """A picture, also a deleted one, and what made it.

    Raises:
        NotFoundError: there is none.
    """
    image = await uow.images.get(image_id)
    request = await uow.requests.get(image.request_id) if image is not None else None
    if image is None or request is None:
        raise NotFoundError
    return image, request


async def is_refunded(uow: UnitOfWork, image: Image) -> bool:
    """Whether a picture's price went back."""
    return await uow.ledger.find(EntryKind.REFUND, image.image_id, image.account_id) is not None

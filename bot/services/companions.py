"""Companions: who there is, who owns them, and who is present where."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.companion import Companion, fold_name
from bot.domain.errors import InvalidInputError, NotFoundError, NotYoursError, PictureMissingError
from bot.services import companion_rules as rules
from bot.services.candidates import discard_with
from bot.services.companion_speech import CompanionSpeech
from bot.services.conversation.attendance import Attendance
from bot.services.leftovers import let_go
from bot.services.ports.chat import SeenMessage
from bot.services.ports.clock import Clock, IdSource
from bot.services.ports.images import PictureStore
from bot.services.ports.safety import SafetyCheck
from bot.services.ports.shelf import CompanionShelf
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork

log = structlog.get_logger()

OWNED_LIMIT = 25
"""How many companions a member may have in one guild, unless the service is told otherwise."""


class Among(enum.StrEnum):
    """Which companions of a guild are meant."""

    ALL = "all"
    MAIN = "main"
    MINE = "mine"
    OTHERS = "others"
    DELETABLE = "deletable"
    INVITABLE = "invitable"


@dataclass(frozen=True, slots=True)
class Here:
    """Those present, then those who spoke; and the speakers by message id."""

    candidates: tuple[Companion, ...]
    speakers: Mapping[int, Companion]


class CompanionService:
    """Main companions from the shelf, custom ones from the database.

    :attr:`speech` lets them speak, :attr:`attendance` knows where any are. A custom companion is known in its
    own guild only: in any other it is not found.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        ids: IdSource,
        shelf: CompanionShelf,
        safety: SafetyCheck,
        pictures: PictureStore,
        owned_limit: int = OWNED_LIMIT,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._ids = ids
        self._shelf = shelf
        self._safety = safety
        self._pictures = pictures
        self._owned_limit = owned_limit
        self.speech = CompanionSpeech(storage=storage, clock=clock, shelf=shelf)
        self.attendance = Attendance(storage)

    # ------------------------------------------------------------------ making and deleting

    async def check_new(self, guild_id: int, user_id: int, name: str, aliases: Sequence[str] = ()) -> str:
        """The cleaned name for a new companion, so that nobody fills in a form for nothing.

        Raises:
            InvalidInputError: no possible name, or the member has as many companions as allowed.
            NameTakenError: another companion here answers to it.
        """
        name = rules.checked_name(name)
        names = (name, *rules.checked_aliases(aliases, name))

        async def work(uow: UnitOfWork) -> None:
            await self._check_free(uow, guild_id, user_id, names)

        await self._storage.read(work)
        return name

    async def create(self, guild_id: int, user_id: int, new: rules.NewCompanion) -> Companion:
        """Make a custom companion of a member in a guild.

        Raises:
            InvalidInputError: a value is outside its limits, a confirmation is missing, or they are too many.
            NameTakenError: another companion here answers to the name or an alias.
            UnsafeRequestError: its texts read as somebody who must not be pictured, or have a word that the
                guild's owner forbids.
        """
        new = rules.checked(new)

        async def forbidden(uow: UnitOfWork) -> Sequence[str]:
            return (await uow.guilds.get(guild_id)).forbidden_words

        await self._safety.check_companion(
            (new.name, *new.aliases, *new.look.words(), new.look.outfit, new.persona),
            forbidden=await self._storage.read(forbidden),
        )
        companion = Companion(
            companion_id=self._ids.new_id(),
            name=new.name,
            look=new.look,
            aliases=new.aliases,
            persona=new.persona,
            owner_id=user_id,
            guild_id=guild_id,
        )

        async def work(uow: UnitOfWork) -> None:
            await self._check_free(uow, guild_id, user_id, (new.name, *new.aliases))
            owner = await uow.members.require_account(user_id)
            await uow.companions.add(companion, owner, self._clock.now_ms())

        await self._storage.write(work)
        log.info("companion_created", companion_id=companion.companion_id, guild_id=guild_id)
        return companion

    async def _check_free(self, uow: UnitOfWork, guild_id: int, user_id: int, names: Sequence[str]) -> None:
        custom = await uow.companions.of_guild(guild_id)
        if sum(companion.owner_id == user_id for companion in custom) >= self._owned_limit:
            raise InvalidInputError(
                "The number of your companions", f"{self._owned_limit} at most here (delete one first)"
            )
        rules.check_names_free(names, (*self._shelf.all(), *custom))

    async def delete(
        self, guild_id: int, user_id: int, companion_id: str, *, is_moderator: bool
    ) -> Companion:
        """Delete a custom companion for its owner or a moderator, and take it out of all channels.

        The candidates for its reference go with it; pictures of it stay.

        Raises:
            NotFoundError: it is not there.
            NotYoursError: it is a main companion, or somebody else's.
        """

        async def work(uow: UnitOfWork) -> tuple[Companion, set[str]]:
            companion = await self._require(uow, guild_id, companion_id)
            if not _may_delete(companion, user_id, is_moderator=is_moderator):
                raise NotYoursError
            await uow.companions.delete(companion_id, self._clock.now_ms())
            await uow.channels.dismiss_everywhere(companion_id)
            return companion, await discard_with(uow, companion, self._clock.now_ms())

        companion, unused = await self._storage.write(work)
        await let_go(self._pictures, unused)
        log.info("companion_deleted", companion_id=companion_id, guild_id=guild_id)
        return companion

    # ------------------------------------------------------------------ finding

    async def get(self, companion_id: str) -> Companion | None:
        """One companion, main or custom, wherever it lives."""
        main = self._shelf.get(companion_id)
        if main is not None:
            return main

        async def work(uow: UnitOfWork) -> Companion | None:
            return await uow.companions.get(companion_id)

        return await self._storage.read(work)

    async def find(self, guild_id: int, text: str) -> Companion:
        """The companion of a guild with this id, name or alias.

        Raises:
            NotFoundError: nobody here is called so.
        """
        found = rules.find_named(text, await self.among(guild_id, None, Among.ALL))
        if found is None:
            raise NotFoundError
        return found

    async def among(
        self, guild_id: int, user_id: int | None, among: Among, *, is_moderator: bool = False
    ) -> tuple[Companion, ...]:
        """The companions of a guild that are meant, by name."""
        main = tuple(self._shelf.all())
        if among is Among.MAIN:
            return _by_name(main)

        async def work(uow: UnitOfWork) -> Sequence[Companion]:
            return await uow.companions.of_guild(guild_id)

        custom = await self._storage.read(work)
        mine = tuple(companion for companion in custom if companion.owner_id == user_id)
        match among:
            case Among.MINE:
                return _by_name(mine)
            case Among.OTHERS:
                return _by_name(companion for companion in custom if companion.owner_id != user_id)
            case Among.DELETABLE:
                return _by_name(custom if is_moderator else mine)
            case Among.INVITABLE:
                return _by_name((*main, *(custom if is_moderator else mine)))
            case _:
                return _by_name((*main, *custom))

    async def reference(self, companion: Companion) -> bytes | None:
        """The JPEG that carries a companion's likeness, where there is one."""
        if companion.reference_key is None:
            return None
        if self._shelf.get(companion.companion_id) is not None:
            return await self._shelf.reference(companion.companion_id)
        try:
            return await self._pictures.get(companion.reference_key)
        except PictureMissingError:
            log.warning("reference_missing", companion_id=companion.companion_id)
            return None

    async def avatar(self, companion: Companion) -> bytes | None:
        """A small square JPEG of a companion's head, where there is one."""
        return await self._shelf.avatar(companion.companion_id)

    # ------------------------------------------------------------------ presence

    async def invite(
        self, place: Place, user_id: int, companion_id: str, *, is_moderator: bool
    ) -> Companion | None:
        """Put a companion in a channel or thread. None when it is there already, or in the thread's channel.

        Anybody may invite a main companion; a custom one its owner or a moderator.

        Raises:
            NotFoundError: it is not there.
            NotYoursError: it is somebody else's.
        """

        async def work(uow: UnitOfWork) -> Companion | None:
            companion = await self._require(uow, place.guild_id, companion_id)
            if companion.guild_id is not None and companion.owner_id != user_id and not is_moderator:
                raise NotYoursError
            if any(present == companion_id for present, _ in await uow.channels.present(place.channel_ids)):
                return None
            account = await uow.members.require_account(user_id)
            await uow.channels.invite(place.channel_id, companion_id, account, self._clock.now_ms())
            return companion

        invited = await self._storage.write(work)
        self.attendance.note(place.channel_id)
        return invited

    async def dismiss(
        self, place: Place, user_id: int, companion_id: str, *, is_moderator: bool
    ) -> Companion | None:
        """Take a companion out of a channel or thread, for who invited it, its owner or a moderator.

        None when it was not invited right here; in a thread it may still be there through the channel.

        Raises:
            NotFoundError: there is no such companion.
            NotYoursError: somebody else invited it.
        """

        async def work(uow: UnitOfWork) -> Companion | None:
            companion = await self._require(uow, place.guild_id, companion_id)
            inviter = dict(await uow.channels.present((place.channel_id,))).get(companion_id)
            if inviter is None:
                return None
            invited_it = inviter == await uow.members.account_of(user_id)
            owns_it = companion.guild_id is not None and companion.owner_id == user_id
            if not (invited_it or owns_it or is_moderator):
                raise NotYoursError
            await uow.channels.dismiss(place.channel_id, companion_id)
            return companion

        return await self._storage.write(work)

    async def present(self, place: Place) -> tuple[Companion, ...]:
        """The companions in a channel, or in a thread and its channel, in the order they came."""

        async def work(uow: UnitOfWork) -> tuple[Companion, ...]:
            rows = await uow.channels.present(place.channel_ids)
            return await self._known(uow, place.guild_id, (companion_id for companion_id, _ in rows))

        return await self._storage.read(work)

    # ------------------------------------------------------------------ for pictures of a conversation

    async def here(self, uow: UnitOfWork, place: Place, seen: Sequence[SeenMessage] = ()) -> Here:
        """Who could be pictured, and who spoke which of the seen messages; part of the caller's unit of work."""
        rows = await uow.channels.present(place.channel_ids)
        speakers = await self._speakers(uow, place, seen)
        present = await self._known(uow, place.guild_id, (companion_id for companion_id, _ in rows))
        candidates = {c.companion_id: c for c in (*present, *speakers.values())}
        return Here(tuple(candidates.values()), speakers)

    async def resolve(
        self, guild_id: int, channel_id: int, parent_channel_id: int | None, seen: Sequence[SeenMessage]
    ) -> dict[int, Companion]:
        """Which companion spoke which of the seen messages, by message id; others are left out.

        What was recorded at sending decides; else, for messages of our own webhook, the name.
        """
        place = Place(guild_id, channel_id, parent_channel_id)

        async def work(uow: UnitOfWork) -> dict[int, Companion]:
            return await self._speakers(uow, place, seen)

        return await self._storage.read(work)

    async def _speakers(
        self, uow: UnitOfWork, place: Place, seen: Sequence[SeenMessage]
    ) -> dict[int, Companion]:
        recorded = await uow.channels.spoken([message.message_id for message in seen])
        known = {
            companion.companion_id: companion
            for companion in await self._known(
                uow, place.guild_id, (spoken.companion_id for spoken in recorded.values())
            )
        }
        webhook = await uow.channels.webhook(place.webhook_channel_id)
        unrecorded = [
            message
            for message in seen
            if message.message_id not in recorded and webhook and message.webhook_id == webhook.webhook_id
        ]
        named: dict[str, Companion] = {}
        if unrecorded:
            everybody = (*self._shelf.all(), *await uow.companions.of_guild(place.guild_id))
            named = {fold_name(companion.name): companion for companion in everybody}
        speakers: dict[int, Companion] = {}
        for message in seen:
            if message.message_id in recorded:
                speaker = known.get(recorded[message.message_id].companion_id)
            else:
                speaker = named.get(fold_name(message.author_name)) if message in unrecorded else None
            if speaker is not None:
                speakers[message.message_id] = speaker
        return speakers

    async def _known(
        self, uow: UnitOfWork, guild_id: int, companion_ids: Iterable[str]
    ) -> tuple[Companion, ...]:
        found = [
            await self._get(uow, guild_id, companion_id) for companion_id in dict.fromkeys(companion_ids)
        ]
        return tuple(companion for companion in found if companion is not None)

    async def _get(self, uow: UnitOfWork, guild_id: int, companion_id: str) -> Companion | None:
        companion = self._shelf.get(companion_id) or await uow.companions.get(companion_id)
        return companion if companion is not None and companion.guild_id in {None, guild_id} else None

    async def _require(self, uow: UnitOfWork, guild_id: int, companion_id: str) -> Companion:
        companion = await self._get(uow, guild_id, companion_id)
        if companion is None:
            raise NotFoundError
        return companion


def _by_name(companions: Iterable[Companion]) -> tuple[Companion, ...]:
    return tuple(sorted(companions, key=lambda companion: fold_name(companion.name)))


def _may_delete(companion: Companion, user_id: int, *, is_moderator: bool) -> bool:
    return companion.guild_id is not None and (companion.owner_id == user_id or is_moderator)

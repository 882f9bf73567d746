"""Moments from the member's side: balance, history, the daily claim, gifts, and moderators' grants.

Everything is counted by guild: what is granted in a guild is spent in that guild, the caps of a day
are a guild's, and a gift stays where it was given. Who is asked twice for the same thing (Discord
delivers an interaction again, a member taps again) moves moments once and answers alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import (
    AlreadyClaimedError,
    GrantCapError,
    InvalidInputError,
    SelfTransferError,
    TurnedOffError,
)
from bot.domain.money import Balance, Entry, EntryKind, Split, split_cost
from bot.domain.pricing import Grants
from bot.services.owed import settle_owed
from bot.services.ports.clock import Clock
from bot.services.ports.storage import HistoryLine, Storage, UnitOfWork

DAY_MS = 24 * 60 * 60 * 1000
PAGE_LINES = 10


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some entries, newest first. ``older_than`` begins the next page; None on the last one."""

    lines: Sequence[HistoryLine]
    older_than: int | None


@dataclass(frozen=True, slots=True)
class Given:
    """What a claim, gift or grant came to: the amount, and the balance of the one who asked.

    For a grant it is the balance of the one who received it.
    """

    amount: int
    balance: Balance


async def ensure_member(uow: UnitOfWork, user_id: int, guild_id: int, *, welcome: int, now_ms: int) -> str:
    """The account of a member, opened on first touch, with the guild's welcome given once.

    Part of the caller's unit of work. Who deletes their account and comes back gets no second
    welcome: the once-key is a keyed hash that outlives the account. What is owed for a purchase that
    was taken back is settled, as far as purchased moments came back meanwhile.
    """
    account_id = await uow.members.require_account(user_id)
    await settle_owed(uow, account_id, now_ms)
    if welcome > 0:
        ref = await uow.members.once_key("welcome", user_id, guild_id)
        if not await uow.ledger.has_once(EntryKind.WELCOME, ref):
            await uow.ledger.append(
                Entry(account_id, guild_id, EntryKind.WELCOME, ref, Split(granted=welcome), now_ms)
            )
    return account_id


class MomentsService:
    """What members and moderators can do with moments. Every method is one unit of work."""

    def __init__(self, *, storage: Storage, clock: Clock, grants: Grants) -> None:
        self._storage = storage
        self._clock = clock
        self._grants = grants

    async def balance(self, user_id: int, guild_id: int) -> Balance:
        """What a member has in a guild. The first look opens the account and gives the welcome."""

        async def work(uow: UnitOfWork) -> Balance:
            account_id = await self._ensure(uow, user_id, guild_id)
            return await uow.ledger.balance(account_id, guild_id)

        return await self._storage.write(work)

    async def history(
        self, user_id: int, guild_id: int, *, older_than: int | None = None, limit: int = PAGE_LINES
    ) -> HistoryPage:
        """A page of a member's entries in a guild and of their purchases. A reader, it opens no account."""

        async def work(uow: UnitOfWork) -> Sequence[HistoryLine]:
            account_id = await uow.members.account_of(user_id)
            if account_id is None:
                return ()
            return await uow.ledger.history(account_id, guild_id, older_than, limit + 1)

        lines = await self._storage.read(work)
        page = tuple(lines[:limit])
        return HistoryPage(page, page[-1].entry_id if len(lines) > limit else None)

    async def claim_daily(self, user_id: int, guild_id: int, interaction_id: int) -> Given:
        """Give the day's moments, once a UTC day for each member of a guild.

        Raises:
            AlreadyClaimedError: taken today by another interaction.
            TurnedOffError: the operator, or the guild's owner, gives none.
        """
        now_ms = self._clock.now_ms()
        day = now_ms // DAY_MS
        taken = AlreadyClaimedError(next_at_s=(day + 1) * DAY_MS / 1000)

        async def work(uow: UnitOfWork) -> Given:
            account_id = await self._ensure(uow, user_id, guild_id)
            ref = await uow.members.once_key(f"daily:{day}", user_id, guild_id)
            if await uow.ledger.has_once(EntryKind.DAILY, ref):
                claimed = await uow.ledger.find(EntryKind.DAILY, ref, account_id)
                if claimed is None or claimed.source_ref != str(interaction_id):
                    raise taken
                return Given(claimed.moved.total, await uow.ledger.balance(account_id, guild_id))
            owners = (await uow.guilds.get(guild_id)).daily_grant
            amount = self._grants.daily if owners is None else owners
            if amount <= 0:
                raise TurnedOffError("daily")
            await uow.ledger.append(
                Entry(
                    account_id=account_id,
                    guild_id=guild_id,
                    kind=EntryKind.DAILY,
                    ref=ref,
                    moved=Split(granted=amount),
                    at_ms=now_ms,
                    source_ref=str(interaction_id),
                )
            )
            return Given(amount, await uow.ledger.balance(account_id, guild_id))

        return await self._storage.write(work)

    async def gift(
        self,
        giver_id: int,
        receiver_id: int,
        guild_id: int,
        amount: int,
        interaction_id: int,
        *,
        receiver_is_bot: bool = False,
    ) -> Given:
        """Give some of one's own moments to another member. They keep their guild and their bucket.

        Raises:
            SelfTransferError: giver and receiver are one.
            InvalidInputError: the receiver is a bot, or the amount is not positive.
            TurnedOffError: the guild's owner wants no gifts.
            GrantCapError: over what a member may give in a day.
            NotEnoughMomentsError: the giver has less, or owes some.
        """
        _require_transfer(giver_id, receiver_id, amount, receiver_is_bot=receiver_is_bot)
        now_ms = self._clock.now_ms()
        ref = str(interaction_id)

        async def work(uow: UnitOfWork) -> Given:
            giver = await self._ensure(uow, giver_id, guild_id)
            balance = await uow.ledger.balance(giver, guild_id)
            given = await uow.ledger.find(EntryKind.GIFT, ref, giver)
            if given is not None:
                return Given(-given.moved.total, balance)
            (await uow.guilds.get(guild_id)).require_gifts()
            cap = self._grants.gift_cap_per_day
            left = cap - await uow.ledger.sum_since(EntryKind.GIFT, guild_id, _day_start_ms(now_ms), giver)
            if amount > left:
                raise GrantCapError(cap, max(left, 0))
            moved = split_cost(balance, amount)
            receiver = await self._ensure(uow, receiver_id, guild_id)
            for account_id, change in ((giver, -moved), (receiver, moved)):
                await uow.ledger.append(
                    Entry(account_id, guild_id, EntryKind.GIFT, ref, change, now_ms, by_account_id=giver)
                )
            return Given(amount, await uow.ledger.balance(giver, guild_id))

        return await self._storage.write(work)

    async def grant(
        self,
        moderator_id: int,
        member_id: int,
        guild_id: int,
        amount: int,
        interaction_id: int,
        *,
        member_is_bot: bool = False,
    ) -> Given:
        """Make moments for a member of the moderator's guild; they are spent in that guild only.

        Raises:
            SelfTransferError: moderators give themselves nothing.
            InvalidInputError: the member is a bot, or the amount is not positive.
            GrantCapError: over the operator's cap of a call, or of the guild's day.
        """
        _require_transfer(moderator_id, member_id, amount, receiver_is_bot=member_is_bot)
        now_ms = self._clock.now_ms()
        ref = str(interaction_id)

        async def work(uow: UnitOfWork) -> Given:
            member = await self._ensure(uow, member_id, guild_id)
            granted = await uow.ledger.find(EntryKind.GRANT, ref, member)
            if granted is not None:
                return Given(granted.moved.total, await uow.ledger.balance(member, guild_id))
            since_ms = _day_start_ms(now_ms)
            given_today = await uow.ledger.sum_since(EntryKind.GRANT, guild_id, since_ms, None)
            left = max(self._grants.cap_per_day - given_today, 0)
            if amount > self._grants.cap_per_call:
                raise GrantCapError(self._grants.cap_per_call, min(self._grants.cap_per_call, left))
            if amount > left:
                raise GrantCapError(self._grants.cap_per_day, left)
            moderator = await self._ensure(uow, moderator_id, guild_id)
            await uow.ledger.append(
                Entry(
                    account_id=member,
                    guild_id=guild_id,
                    kind=EntryKind.GRANT,
                    ref=ref,
                    moved=Split(granted=amount),
                    at_ms=now_ms,
                    by_account_id=moderator,
                )
            )
            return Given(amount, await uow.ledger.balance(member, guild_id))

        return await self._storage.write(work)

    async def _ensure(self, uow: UnitOfWork, user_id: int, guild_id: int) -> str:
        return await ensure_member(
            uow, user_id, guild_id, welcome=self._grants.welcome, now_ms=self._clock.now_ms()
        )


def _day_start_ms(now_ms: int) -> int:
    return now_ms - now_ms % DAY_MS


def _require_transfer(giver_id: int, receiver_id: int, amount: int, *, receiver_is_bot: bool) -> None:
    if giver_id == receiver_id:
        raise SelfTransferError
    if receiver_is_bot:
        raise InvalidInputError("member", "a person, not a bot")
    if amount < 1:
        raise InvalidInputError("amount", "1 or more")

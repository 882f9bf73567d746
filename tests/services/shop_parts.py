"""A shop and a post office to test with, and a member who spends what they bought."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace

from bot.container.databases import Database
from bot.domain.money import Balance, Entry, EntryKind, Split, split_cost
from bot.services.moments import ensure_member
from bot.services.owed import NO_GUILD
from bot.services.ports.shop import Entitlement, Receipt, ShopUnavailableError
from bot.services.ports.storage import HistoryLine, Notice, UnitOfWork, Violation
from bot.services.purchases import PurchaseService

SMALL, LARGE, OTHER = 901, 902, 999
PRICES = {LARGE: 1200, SMALL: 500}
ANA, BEN = 1, 2
GUILD = 71
NOW_MS = 1_800_000_000_000
UNBACKED = {
    "held is the price of an open request",
    "a refund is what a case decided",
    "a refund is its picture's share",
}


class HandClock:
    """Time that a test moves."""

    def __init__(self, at_ms: int = NOW_MS) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms


@dataclass
class FakeShop:
    """Discord's list of entitlements; ``down`` counts how many calls fail."""

    listed: dict[int, Entitlement] = field(default_factory=dict[int, Entitlement])
    consumed: list[int] = field(default_factory=list[int])
    down: int = 0
    list_fails_after: int | None = None

    async def entitlements(self) -> AsyncIterator[Entitlement]:
        for index, entitlement in enumerate(sorted(self.listed.values(), key=lambda e: e.entitlement_id)):
            if index == self.list_fails_after:
                raise ShopUnavailableError("TimeoutError")
            yield entitlement

    async def consume(self, entitlement_id: int) -> None:
        if self.down > 0:
            self.down -= 1
            raise ShopUnavailableError("503/0")
        self.consumed.append(entitlement_id)
        if entitlement_id in self.listed:
            self.listed[entitlement_id] = replace(self.listed[entitlement_id], is_consumed=True)

    def sell(
        self,
        entitlement_id: int,
        sku_id: int = SMALL,
        user_id: int | None = ANA,
        *,
        ends_at_ms: int | None = None,
    ) -> Entitlement:
        sold = Entitlement(entitlement_id, sku_id, user_id, ends_at_ms=ends_at_ms)
        self.listed[entitlement_id] = sold
        return sold

    def take_back(self, entitlement_id: int) -> Entitlement:
        taken = replace(self.listed[entitlement_id], is_deleted=True)
        self.listed[entitlement_id] = taken
        return taken


@dataclass
class FakePost:
    """Direct messages; closed ones are not delivered."""

    sent: list[tuple[int, Receipt]] = field(default_factory=list[tuple[int, Receipt]])
    is_open: bool = True

    async def send(self, user_id: int, receipt: Receipt) -> bool:
        if self.is_open:
            self.sent.append((user_id, receipt))
        return self.is_open


@dataclass
class Counter:
    """The service over a real database, between a fake shop and a fake post office."""

    storage: Database
    clock: HandClock = field(default_factory=HandClock)
    shop: FakeShop = field(default_factory=FakeShop)
    post: FakePost = field(default_factory=FakePost)
    serial: int = 0

    def service(
        self, prices: Mapping[int, int] = PRICES, delays_s: tuple[float, ...] = (0.0,)
    ) -> PurchaseService:
        """A new one, as after a restart."""
        return PurchaseService(
            storage=self.storage,
            clock=self.clock,
            shop=self.shop,
            post=self.post,
            sku_moments=prices,
            consume_delays_s=delays_s,
        )

    async def balance(self, user_id: int = ANA, guild_id: int = GUILD) -> Balance:
        async def work(uow: UnitOfWork) -> Balance:
            account_id = await uow.members.account_of(user_id)
            return Balance() if account_id is None else await uow.ledger.balance(account_id, guild_id)

        return await self.storage.read(work)

    async def meet(self, user_id: int = ANA) -> Balance:
        """The member comes by; what is owed is settled as far as possible."""

        async def work(uow: UnitOfWork) -> Balance:
            account_id = await ensure_member(uow, user_id, GUILD, welcome=0, now_ms=self.clock.now_ms())
            return await uow.ledger.balance(account_id, GUILD)

        return await self.storage.write(work)

    async def hold(self, cost: int, user_id: int = ANA) -> Entry:
        """Hold moments for a picture.

        Raises:
            NotEnoughMomentsError: as for any picture.
        """
        self.serial += 1
        ref = f"r{self.serial}:1"

        async def work(uow: UnitOfWork) -> Entry:
            account_id = await uow.members.require_account(user_id)
            paid = split_cost(await uow.ledger.balance(account_id, GUILD), cost)
            entry = Entry(account_id, GUILD, EntryKind.HOLD, ref, -paid, self.clock.now_ms(), held=paid)
            await uow.ledger.append(entry)
            return entry

        return await self.storage.write(work)

    async def capture(self, held: Entry) -> None:
        await self._settle(replace(held, kind=EntryKind.CAPTURE, moved=Split(), held=-held.held))

    async def release(self, held: Entry) -> None:
        await self._settle(replace(held, kind=EntryKind.RELEASE, moved=held.held, held=-held.held))

    async def refund(self, held: Entry) -> None:
        await self._settle(
            replace(held, kind=EntryKind.REFUND, moved=held.held, held=Split()), f"{held.ref}-image"
        )

    async def spend(self, cost: int, user_id: int = ANA) -> Entry:
        held = await self.hold(cost, user_id)
        await self.capture(held)
        return held

    async def _settle(self, entry: Entry, ref: str | None = None) -> None:
        settled = replace(entry, hold_ref=entry.ref, ref=ref or entry.ref)
        await self.storage.write(lambda uow: uow.ledger.append(settled))

    async def lines(self, user_id: int = ANA) -> list[HistoryLine]:
        async def work(uow: UnitOfWork) -> list[HistoryLine]:
            account_id = await uow.members.require_account(user_id)
            return list(await uow.ledger.history(account_id, NO_GUILD, None, 100))

        return await self.storage.write(work)

    async def notices(self, user_id: int = ANA) -> list[Notice]:
        async def work(uow: UnitOfWork) -> list[Notice]:
            return list(await uow.notices.take(await uow.members.require_account(user_id)))

        return await self.storage.write(work)

    async def violations(self) -> list[Violation]:
        """What ``python -m bot audit`` would say; there are no requests, pictures or reports here."""
        found = await self.storage.read(lambda uow: uow.audit.violations())
        return [violation for violation in found if violation.rule not in UNBACKED]

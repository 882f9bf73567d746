"""Any interleaving of everything that moves moments: the books stay right, step by step."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from rows import balance, capture, hold, post, purchase, refund, release

from bot.domain.errors import AlreadyClaimedError, DarkroomError, OverdraftError
from bot.domain.money import Balance, Entry, Split, share_of, split_cost
from bot.domain.pricing import Grants
from bot.services.moments import DAY_MS, MomentsService
from bot.services.ports.storage import UnitOfWork
from tests.databases import fresh_storage

T = TypeVar("T")

USERS = st.sampled_from([11, 12, 13])
GUILDS = st.sampled_from([1, 2])
AMOUNTS = st.integers(1, 400)
GRANTS = Grants(welcome=500, daily=100, cap_per_call=300, cap_per_day=900, gift_cap_per_day=200)


class HandClock:
    now = 20_000 * DAY_MS

    def now_ms(self) -> int:
        return self.now


class LedgerMachine(RuleBasedStateMachine):
    """Keeps its own idea of every balance, and compares it with the database's after each step."""

    held = Bundle("held")
    captured = Bundle("captured")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.opened = AsyncExitStack()
        self.storage = self.run(self.opened.enter_async_context(fresh_storage(self.folder, readers=1)))
        self.clock = HandClock()
        self.moments = MomentsService(storage=self.storage, clock=self.clock, grants=GRANTS)
        self.granted: Counter[tuple[int, int]] = Counter()
        self.purchased: Counter[int] = Counter()
        self.held_granted: Counter[tuple[int, int]] = Counter()
        self.held_purchased: Counter[int] = Counter()
        self.known: set[tuple[int, int]] = set()
        self.accounts: dict[int, str] = {}
        self.given_today: Counter[tuple[str, int, int]] = Counter()
        self.serial = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    def next_id(self) -> int:
        self.serial += 1
        return self.serial

    def meet(self, user: int, guild: int) -> str:
        """First touch: the account is opened and the guild's welcome given."""
        if (user, guild) not in self.known:
            self.known.add((user, guild))
            self.granted[user, guild] += GRANTS.welcome
        if user not in self.accounts:

            async def account_of(uow: UnitOfWork) -> str:
                return await uow.members.require_account(user)

            self.accounts[user] = self.run(self.storage.write(account_of))
        return self.accounts[user]

    def move(self, user: int, guild: int, moved: Split) -> None:
        self.granted[user, guild] += moved.granted
        self.purchased[user] += moved.purchased

    def set_aside(self, user: int, guild: int, paid: Split) -> None:
        self.move(user, guild, -paid)
        self.held_granted[user, guild] += paid.granted
        self.held_purchased[user] += paid.purchased

    def settle(self, user: int, guild: int, paid: Split, back: Split) -> None:
        self.move(user, guild, back)
        self.held_granted[user, guild] -= paid.granted
        self.held_purchased[user] -= paid.purchased

    def expected(self, user: int, guild: int) -> Balance:
        return Balance(
            Split(self.granted[user, guild], self.purchased[user]),
            Split(self.held_granted[user, guild], self.held_purchased[user]),
        )

    def attempt(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T | DarkroomError:
        try:
            return self.run(work())
        except DarkroomError as error:
            return error

    @rule(user=USERS, guild=GUILDS)
    def look(self, user: int, guild: int) -> None:
        self.meet(user, guild)
        assert self.run(self.moments.balance(user, guild)) == self.expected(user, guild)

    @rule(user=USERS, amount=AMOUNTS)
    def buy(self, user: int, amount: int) -> None:
        account_id = self.meet(user, 1)
        self.run(self.moments.balance(user, 1))
        self.run(post(self.storage, purchase(account_id, amount, ref=f"sku{self.next_id()}")))
        self.purchased[user] += amount

    @rule()
    def sleep_until_tomorrow(self) -> None:
        self.clock.now += DAY_MS
        self.given_today.clear()

    @rule(user=USERS, guild=GUILDS, presses=st.integers(1, 3))
    def claim_daily(self, user: int, guild: int, presses: int) -> None:
        interaction = self.next_id()
        for _ in range(presses):  # Discord delivers it again
            outcome = self.attempt(lambda: self.moments.claim_daily(user, guild, interaction))
            self.meet(user, guild)
        if self.given_today["daily", user, guild]:
            assert isinstance(outcome, AlreadyClaimedError)
        else:
            assert not isinstance(outcome, DarkroomError)
            self.given_today["daily", user, guild] = 1
            self.granted[user, guild] += GRANTS.daily

    @rule(giver=USERS, receiver=USERS, guild=GUILDS, amount=AMOUNTS, presses=st.integers(1, 3))
    def gift(self, giver: int, receiver: int, guild: int, amount: int, presses: int) -> None:
        interaction = self.next_id()
        for _ in range(presses):
            outcome = self.attempt(lambda: self.moments.gift(giver, receiver, guild, amount, interaction))
        if giver == receiver:
            assert isinstance(outcome, DarkroomError)
            return
        if isinstance(outcome, DarkroomError):  # rolled back whole, first touches included
            left = GRANTS.gift_cap_per_day - self.given_today["gift", giver, guild]
            poor = self.expected(giver, guild).free.total < amount
            assert amount > left or poor
            return
        self.meet(giver, guild)
        self.meet(receiver, guild)
        moved = split_cost(self.expected(giver, guild), amount)
        self.move(giver, guild, -moved)
        self.move(receiver, guild, moved)
        self.given_today["gift", giver, guild] += amount

    @rule(moderator=USERS, member=USERS, guild=GUILDS, amount=AMOUNTS, presses=st.integers(1, 3))
    def grant(self, moderator: int, member: int, guild: int, amount: int, presses: int) -> None:
        interaction = self.next_id()
        for _ in range(presses):
            outcome = self.attempt(lambda: self.moments.grant(moderator, member, guild, amount, interaction))
        left = GRANTS.cap_per_day - self.given_today["grant", 0, guild]
        allowed = moderator != member and amount <= GRANTS.cap_per_call and amount <= left
        assert isinstance(outcome, DarkroomError) is not allowed
        if allowed:
            self.meet(member, guild)
            self.meet(moderator, guild)
            self.granted[member, guild] += amount
            self.given_today["grant", 0, guild] += amount

    @rule(target=held, user=USERS, guild=GUILDS, cost=AMOUNTS, general=st.booleans())
    def hold(self, user: int, guild: int, cost: int, general: bool) -> object:  # noqa: FBT001
        account_id = self.meet(user, guild)
        self.run(self.moments.balance(user, guild))
        ref = f"r{self.next_id()}:1"

        async def work(uow: UnitOfWork) -> Entry:
            paid = split_cost(await uow.ledger.balance(account_id, guild), cost, purchased_allowed=general)
            entry = hold(account_id, paid, ref=ref, guild_id=guild)
            await uow.ledger.append(entry)
            return entry

        outcome = self.attempt(lambda: self.storage.write(work))
        if isinstance(outcome, DarkroomError):
            return multiple()
        assert general or outcome.held.purchased == 0
        self.set_aside(user, guild, outcome.held)
        return (user, guild, outcome)

    @rule(user=USERS, guild=GUILDS, over=AMOUNTS, bucket=st.sampled_from([Split(1, 0), Split(0, 1)]))
    def hold_more_than_there_is(self, user: int, guild: int, over: int, bucket: Split) -> None:
        account_id = self.meet(user, guild)
        free = self.run(self.moments.balance(user, guild)).free
        paid = Split((free.granted + over) * bucket.granted, (free.purchased + over) * bucket.purchased)
        entry = hold(account_id, paid, ref=f"r{self.next_id()}:1", guild_id=guild)
        assert isinstance(self.attempt(lambda: post(self.storage, entry)), OverdraftError)

    @rule(target=captured, hold=consumes(held), made=st.integers(1, 3), count=st.integers(3, 8))
    def capture(self, hold: tuple[int, int, Entry], made: int, count: int) -> object:
        user, guild, entry = hold
        shares = [share_of(entry.held, count, position) for position in range(count)]
        kept = sum(shares[:made], Split())
        back = entry.held - kept
        self.run(post(self.storage, capture(entry, back)))
        self.settle(user, guild, entry.held, back)
        for settle_again in (capture(entry), release(entry)):
            assert isinstance(
                self.attempt(lambda again=settle_again: post(self.storage, again)), DarkroomError
            )
        return (user, guild, entry, shares[:made])

    @rule(hold=consumes(held))
    def release(self, hold: tuple[int, int, Entry]) -> None:
        user, guild, entry = hold
        self.run(post(self.storage, release(entry)))
        self.settle(user, guild, entry.held, entry.held)
        for settle_again in (capture(entry), release(entry)):
            assert isinstance(
                self.attempt(lambda again=settle_again: post(self.storage, again)), DarkroomError
            )

    @rule(capture=consumes(captured), presses=st.integers(1, 3))
    def refund_each_picture(self, capture: tuple[int, int, Entry, list[Split]], presses: int) -> None:
        user, guild, entry, shares = capture
        for position, share in enumerate(shares):
            outcomes = [
                self.attempt(
                    lambda s=share, p=position: post(self.storage, refund(entry, s, f"{entry.ref}-{p}"))
                )
                for _ in range(presses)
            ]
            once = sum(not isinstance(outcome, DarkroomError) for outcome in outcomes)
            assert once == (1 if share.total else 0)
            self.move(user, guild, share)
        assert isinstance(
            self.attempt(lambda: post(self.storage, refund(entry, Split(1), "more"))), DarkroomError
        )

    @invariant()
    def balances_are_what_was_moved(self) -> None:
        for user, guild in self.known:
            found = self.run(balance(self.storage, self.accounts.get(user, ""), guild))
            assert user not in self.accounts or found == self.expected(user, guild)
            assert (
                min(found.free.granted, found.free.purchased, found.held.granted, found.held.purchased) >= 0
            )

    @invariant()
    def balances_are_the_sums_of_their_entries(self) -> None:
        wrong = self.run(self.storage.read(lambda uow: uow.audit.violations()))
        unbacked = {  # there are no requests, pictures or reports here
            "held is the price of an open request",
            "a refund is what a case decided",
            "a refund is its picture's share",
        }
        assert [violation for violation in wrong if violation.rule not in unbacked] == []


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)

"""Any order of sales, takings-back, events, pictures and restarts: every bought moment is accounted for."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter as Tally
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.errors import NotEnoughMomentsError
from bot.domain.money import Entry
from bot.services.ports.shop import Entitlement
from tests.databases import fresh_storage
from tests.services.shop_parts import LARGE, PRICES, SMALL, Counter

T = TypeVar("T")


class PurchaseMachine(RuleBasedStateMachine):
    """Sales, takings-back, events in any order and number, pictures under way, restarts, a deaf shop."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.opened = AsyncExitStack()
        storage = self.run(self.opened.enter_async_context(fresh_storage(self.folder, readers=1)))
        self.counter = Counter(storage)
        self.service = self.counter.service(delays_s=())
        self.holds: list[Entry] = []
        self.spent = 0
        self.told: dict[int, list[Entitlement]] = {}
        self.credited: set[int] = set()
        self.taken: set[int] = set()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def teardown(self) -> None:
        self.run(self.opened.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)

    def hear(self, entitlement: Entitlement) -> None:
        """What must become of this event."""
        key = entitlement.entitlement_id
        if entitlement.is_deleted:
            self.taken.add(key)
        elif key not in self.taken and not (entitlement.is_consumed and key not in self.credited):
            self.credited.add(key)

    @rule(sku=st.sampled_from([SMALL, LARGE]))
    def sell(self, sku: int) -> None:
        key = len(self.told) + 1
        self.told[key] = [self.counter.shop.sell(key, sku)]

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        self.told[key].append(self.counter.shop.take_back(key))

    @precondition(lambda self: self.told)
    @rule(data=st.data(), times=st.integers(1, 3))
    def an_event_comes(self, data: st.DataObject, times: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        event = data.draw(st.sampled_from([*self.told[key], self.counter.shop.listed[key]]))
        for _ in range(times):
            self.hear(event)
            self.run(self.service.take_in(event))

    @rule()
    def the_round_is_made(self) -> None:
        for entitlement in self.counter.shop.listed.values():
            self.hear(entitlement)
        self.run(self.service.reconcile())

    @rule(times=st.integers(1, 4))
    def the_shop_goes_deaf(self, times: int) -> None:
        self.counter.shop.down = times

    @rule()
    def the_bot_restarts(self) -> None:
        self.service = self.counter.service(delays_s=())

    @rule()
    def the_member_comes_by(self) -> None:
        balance = self.run(self.counter.meet())
        assert balance.owed == 0 or balance.free.purchased == 0

    @rule(cost=st.integers(1, 600))
    def hold(self, cost: int) -> None:
        balance = self.run(self.counter.balance())
        try:
            self.holds.append(self.run(self.counter.hold(cost)))
        except NotEnoughMomentsError:
            assert balance.owed > 0 or balance.free.total < cost
        else:
            assert balance.owed == 0

    @precondition(lambda self: self.holds)
    @rule(is_made=st.booleans())
    def settle(self, is_made: bool) -> None:  # noqa: FBT001
        held = self.holds.pop(0)
        self.run(self.counter.capture(held) if is_made else self.counter.release(held))
        self.spent += held.held.total if is_made else 0

    @invariant()
    def every_moment_is_accounted_for(self) -> None:
        live = self.credited - self.taken
        worth = sum(PRICES[self.counter.shop.listed[key].sku_id] for key in live)
        balance = self.run(self.counter.balance())
        assert balance.free.purchased + balance.held.purchased + self.spent - balance.owed == worth
        assert balance.free.granted == balance.held.granted == 0

    @invariant()
    def the_books_are_right(self) -> None:
        assert self.run(self.counter.violations()) == []

    @invariant()
    def nothing_is_consumed_twice_or_before_its_credit(self) -> None:
        counts = Tally(self.counter.shop.consumed)
        assert set(counts) <= self.credited
        assert all(count == 1 for count in counts.values())


TestPurchases = PurchaseMachine.TestCase
TestPurchases.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)

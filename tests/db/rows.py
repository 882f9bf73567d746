"""Rows to test with, and short ways to put them in and look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.container.databases import Database
from bot.domain.companion import Companion, Gender, Look, Style
from bot.domain.money import Balance, Entry, EntryKind, Split
from bot.domain.picture import Aspect, Rating
from bot.domain.request import (
    EndReason,
    Image,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import Figure, Scene
from bot.services.ports.storage import UnitOfWork, Violation

GUILD = 900_000_000_000_000_001
ROOT = Path(__file__).parents[2]
USER = 500_000_000_000_000_001
SCENE = Scene(
    figures=(Figure("mira", action="waving", outfit="red dress"), Figure("kaï")),
    setting="rooftop garden",
    time_of_day="dusk",
    details=("paper lanterns",),
)
LOOK = Look(
    Style.ANIME, Gender.FEMALE, "long black hair", "green", "fair", "slim", 24, "kimono", ("freckles",)
)
UNPAID_ENDS = (RequestState.REFUSED, RequestState.FAILED, RequestState.CANCELLED)


async def account(storage: Database, user_id: int = USER) -> str:
    async def work(uow: UnitOfWork) -> str:
        return await uow.members.require_account(user_id)

    return await storage.write(work)


async def post(storage: Database, *entries: Entry) -> None:
    async def work(uow: UnitOfWork) -> None:
        for entry in entries:
            await uow.ledger.append(entry)

    await storage.write(work)


async def balance(storage: Database, account_id: str, guild_id: int = GUILD) -> Balance:
    async def work(uow: UnitOfWork) -> Balance:
        return await uow.ledger.balance(account_id, guild_id)

    return await storage.read(work)


async def violations(storage: Database) -> Sequence[Violation]:
    async def work(uow: UnitOfWork) -> Sequence[Violation]:
        return await uow.audit.violations()

    return await storage.read(work)


def welcome(account_id: str, amount: int = 500, *, ref: str = "welcome", guild_id: int = GUILD) -> Entry:
    return Entry(account_id, guild_id, EntryKind.WELCOME, ref, Split(amount), 1)


def purchase(account_id: str, amount: int, *, ref: str = "sku", owed: int = 0) -> Entry:
    return Entry(account_id, GUILD, EntryKind.PURCHASE, ref, Split(0, amount), 1, owed=owed)


def hold(account_id: str, paid: Split, *, ref: str = "r:1", guild_id: int = GUILD) -> Entry:
    return Entry(account_id, guild_id, EntryKind.HOLD, ref, -paid, 2, held=paid)


def capture(held: Entry, released: Split = Split()) -> Entry:  # noqa: B008 - a frozen value
    return replace(held, kind=EntryKind.CAPTURE, moved=released, held=-held.held, hold_ref=held.ref)


def release(held: Entry) -> Entry:
    return replace(held, kind=EntryKind.RELEASE, moved=held.held, held=-held.held, hold_ref=held.ref)


def refund(held: Entry, share: Split, image_id: str = "image") -> Entry:
    return replace(held, kind=EntryKind.REFUND, ref=image_id, moved=share, held=Split(), hold_ref=held.ref)


def gift(giver: str, receiver: str, moved: Split, ref: str = "gift") -> tuple[Entry, Entry]:
    given = Entry(giver, GUILD, EntryKind.GIFT, ref, -moved, 3, by_account_id=giver)
    return given, replace(given, account_id=receiver, moved=moved)


def request(account_id: str, number: int = 1, *, trigger_key: str = "") -> ImageRequest:
    return ImageRequest(
        request_id=f"request-{number}",
        kind=RequestKind.INSTANT,
        source_kind=SourceKind.INTERACTION,
        source_id=1000 + number,
        account_id=account_id,
        user_id=USER,
        requester="Åsa",
        trigger_key=trigger_key,
        reply=ReplyTarget(GUILD, 7, None, "token", 60_000, 10_000_000),
        state=RequestState.RECEIVED,
        options=RequestOptions(hint="by the sea", companion_ids=("mira",), aspect=Aspect.TALL, seed=2**62),
        created_at_ms=number,
        deadline_at_ms=600_000,
    )


async def add(storage: Database, added: ImageRequest) -> None:
    await storage.write(lambda uow: uow.requests.add(added))


async def get(storage: Database, request_id: str) -> ImageRequest:
    found = await storage.read(lambda uow: uow.requests.get(request_id))
    assert found is not None
    return found


def image(stored_for: ImageRequest, position: int = 0, share: Split = Split(50)) -> Image:  # noqa: B008
    return Image(
        image_id=f"{stored_for.request_id}-{position}",
        request_id=stored_for.request_id,
        account_id=stored_for.account_id,
        position=position,
        file_key="f" * 64,
        thumbnail_key="e" * 64,
        width_px=1536,
        height_px=2048,
        share=share,
        rating=Rating.GENERAL,
        alt_text="Mira waves",
        labels=("sketch",),
        not_drawn=("zeppelin",),
        seed=7,
        created_at_ms=5,
        guild_id=stored_for.guild_id,
        kind=stored_for.kind,
    )


def companion(number: int = 1, name: str = "Mira") -> Companion:
    return Companion(
        companion_id=f"companion-{number}",
        name=name,
        look=LOOK,
        aliases=("Mimi", "ミラ"),
        persona="kind",
        owner_id=USER,
        guild_id=GUILD,
    )


async def bring_to(storage: Database, account_id: str, state: RequestState, number: int = 1) -> ImageRequest:
    """A request brought to a state through the steps and entries of its life, paid 50 granted moments."""
    begun = request(account_id, number)
    held = hold(account_id, Split(50), ref=f"{begun.request_id}:1")
    wanted = begun.request_id

    async def work(uow: UnitOfWork) -> ImageRequest:
        requests = uow.requests
        await requests.add(begun)
        await requests.claim(wanted, owner="me", now_ms=0, until_ms=100)
        await requests.set_quote(
            wanted, scene=SCENE, prompt="p", cost=50, seed=3, backend="sketch", rating=Rating.GENERAL
        )
        if state is not RequestState.RECEIVED:
            await requests.to_held(wanted, hold_ref=held.ref, paid=Split(50), at_ms=3)
            await uow.ledger.append(held)
        if state in {RequestState.RUNNING, RequestState.STORED, RequestState.DELIVERED}:
            await requests.to_running(wanted, owner="me", at_ms=4)
        if state in {RequestState.STORED, RequestState.DELIVERED}:
            await uow.images.add(image(begun), SCENE.cast)
            await requests.to_stored(wanted, owner="me", at_ms=6)
            await uow.ledger.append(capture(held))
        if state is RequestState.DELIVERED:
            await requests.to_delivered(wanted, how="edit")
        if state in UNPAID_ENDS:
            await requests.end(
                wanted, expected=frozenset(RequestState), state=state, reason=EndReason.DEADLINE, detail="d"
            )
            await uow.ledger.append(release(held))
        after = await requests.get(wanted)
        assert after is not None
        return after

    return await storage.write(work)

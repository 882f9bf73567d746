from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.companion import Companion
from bot.domain.errors import (
    InvalidInputError,
    NameTakenError,
    NotFoundError,
    NotYoursError,
    UnsafeRequestError,
)
from bot.services.companions import Among
from bot.services.ports.chat import SeenMessage
from bot.services.ports.speaking import Place
from bot.services.ports.storage import UnitOfWork, WebhookRow
from tests.services.companion_parts import (
    ANA,
    BEN,
    ELSEWHERE,
    GUILD,
    IN_LOUNGE,
    LOOK,
    LOUNGE,
    MIRA,
    MOD,
    ON_BALCONY,
    OTHER_GUILD,
    ZOE,
    House,
    new,
    open_house,
)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


# ---------------------------------------------------------------- making


async def test_a_new_companion_is_kept_as_it_was_described(house: House) -> None:
    nova = await house.make(" Nova ", aliases=("Captain",), persona="Flies.")
    assert nova == replace(
        Companion(nova.companion_id, "Nova", LOOK, ("Captain",), "Flies."), owner_id=ANA, guild_id=GUILD
    )
    assert await house.companions.get(nova.companion_id) == nova
    assert not nova.is_main


async def test_names_aliases_looks_outfit_and_persona_are_all_judged(house: House) -> None:
    await house.make("Nova", aliases=("Captain",), persona="Flies.")
    (asked,) = house.safety.asked
    assert {"Nova", "Captain", LOOK.hair, LOOK.outfit, "Flies.", "freckles"} <= set(asked)
    with pytest.raises(UnsafeRequestError):
        await house.make("Other", persona="forbidden")
    with pytest.raises(NotFoundError):
        await house.companions.find(GUILD, "Other")


@pytest.mark.parametrize("name", ["Mira", "miri", "ZOE", "nova", "Captain"])
async def test_a_name_that_somebody_here_answers_to_is_taken(house: House, name: str) -> None:
    await house.make("Nova", aliases=("Captain",))
    with pytest.raises(NameTakenError):
        await house.make(name, owner=BEN)
    with pytest.raises(NameTakenError):
        await house.make("Fresh", owner=BEN, aliases=(name,))
    with pytest.raises(NameTakenError):
        await house.companions.check_new(GUILD, BEN, "Fresh", [name])


async def test_a_name_is_free_in_another_guild_and_again_after_a_deletion(house: House) -> None:
    nova = await house.make("Nova")
    await house.make("Nova", guild=OTHER_GUILD)
    await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    assert await house.companions.check_new(GUILD, ANA, " Nova ") == "Nova"
    await house.make("Nova")


async def test_a_member_has_so_many_companions_in_a_guild_and_no_more(tmp_path: Path) -> None:
    async with open_house(tmp_path, owned_limit=2) as house:
        await house.make("One")
        await house.make("Two")
        with pytest.raises(InvalidInputError, match="at most"):
            await house.make("Three")
        await house.make("Three", owner=BEN)
        await house.make("Four", guild=OTHER_GUILD)


async def test_what_breaks_a_rule_is_not_made(house: House) -> None:
    with pytest.raises(InvalidInputError):
        await house.companions.create(GUILD, ANA, new("@everyone"))
    assert await house.companions.among(GUILD, ANA, Among.MINE) == ()


# ---------------------------------------------------------------- deleting


async def test_only_the_owner_or_a_moderator_deletes_a_companion(house: House) -> None:
    nova, vega = await house.make("Nova"), await house.make("Vega")
    with pytest.raises(NotYoursError):
        await house.companions.delete(GUILD, BEN, nova.companion_id, is_moderator=False)
    assert await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False) == nova
    assert await house.companions.delete(GUILD, MOD, vega.companion_id, is_moderator=True) == vega
    assert await house.companions.among(GUILD, ANA, Among.MINE) == ()


async def test_nobody_deletes_a_main_companion(house: House) -> None:
    with pytest.raises(NotYoursError):
        await house.companions.delete(GUILD, MOD, "mira", is_moderator=True)


async def test_a_companion_of_another_guild_is_not_there(house: House) -> None:
    nova = await house.make("Nova", guild=OTHER_GUILD)
    with pytest.raises(NotFoundError):
        await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=True)
    with pytest.raises(NotFoundError):
        await house.companions.invite(IN_LOUNGE, ANA, nova.companion_id, is_moderator=True)
    with pytest.raises(NotFoundError):
        await house.companions.find(GUILD, nova.companion_id)


async def test_a_deleted_companion_leaves_every_channel_and_a_second_press_finds_nothing(
    house: House,
) -> None:
    nova = await house.make("Nova")
    await house.companions.invite(IN_LOUNGE, ANA, nova.companion_id, is_moderator=False)
    await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    assert await house.companions.present(IN_LOUNGE) == ()
    with pytest.raises(NotFoundError):
        await house.companions.delete(GUILD, ANA, nova.companion_id, is_moderator=False)


# ---------------------------------------------------------------- finding


async def test_the_lists_say_whose_companions_they_are(house: House) -> None:
    nova, vega = await house.make("nova"), await house.make("Vega", owner=BEN)

    async def names(among: Among, user_id: int = ANA, *, is_moderator: bool = False) -> list[str]:
        found = await house.companions.among(GUILD, user_id, among, is_moderator=is_moderator)
        return [companion.name for companion in found]

    assert await names(Among.MAIN) == ["Mira", "Zoë"]
    assert await names(Among.MINE) == ["nova"]
    assert await names(Among.OTHERS) == ["Vega"]
    assert await names(Among.ALL) == ["Mira", "nova", "Vega", "Zoë"]
    assert await names(Among.INVITABLE) == ["Mira", "nova", "Zoë"]
    assert await names(Among.INVITABLE, MOD, is_moderator=True) == ["Mira", "nova", "Vega", "Zoë"]
    assert await names(Among.DELETABLE) == ["nova"]
    assert await names(Among.DELETABLE, MOD, is_moderator=True) == ["nova", "Vega"]
    assert await house.companions.find(GUILD, "NOVA") == nova
    assert await house.companions.find(GUILD, vega.companion_id) == vega


async def test_main_companions_are_got_from_the_shelf_and_unknown_ones_are_none(house: House) -> None:
    assert await house.companions.get("mira") == MIRA
    assert await house.companions.get("nobody") is None


async def test_a_reference_comes_from_the_shelf_or_the_store(house: House) -> None:
    nova = await house.make("Nova")
    assert await house.companions.reference(MIRA) == b"reference of mira"
    assert await house.companions.reference(ZOE) is None
    assert await house.companions.reference(nova) is None
    assert await house.companions.reference(replace(nova, reference_key="kept")) == b"kept picture"
    assert await house.companions.reference(replace(nova, reference_key="lost")) is None
    assert await house.companions.avatar(MIRA) == b"avatar of mira"
    assert await house.companions.avatar(ZOE) is None


# ---------------------------------------------------------------- presence


async def test_a_thread_has_its_channels_companions_and_its_own(house: House) -> None:
    await house.companions.invite(IN_LOUNGE, ANA, "mira", is_moderator=False)
    house.clock.now += 1
    await house.companions.invite(ON_BALCONY, ANA, "zoe", is_moderator=False)
    assert await house.companions.present(IN_LOUNGE) == (MIRA,)
    assert await house.companions.present(ON_BALCONY) == (MIRA, ZOE)
    assert await house.companions.present(Place(GUILD, ELSEWHERE)) == ()


async def test_a_second_invitation_changes_nothing(house: House) -> None:
    assert await house.companions.invite(IN_LOUNGE, ANA, "mira", is_moderator=False) == MIRA
    assert await house.companions.invite(IN_LOUNGE, BEN, "mira", is_moderator=False) is None
    assert await house.companions.invite(ON_BALCONY, BEN, "mira", is_moderator=False) is None
    assert await house.companions.present(ON_BALCONY) == (MIRA,)


async def test_a_custom_companion_is_invited_by_its_owner_or_a_moderator(house: House) -> None:
    nova = await house.make("Nova")
    with pytest.raises(NotYoursError):
        await house.companions.invite(IN_LOUNGE, BEN, nova.companion_id, is_moderator=False)
    assert await house.companions.invite(IN_LOUNGE, ANA, nova.companion_id, is_moderator=False) == nova
    assert await house.companions.invite(Place(GUILD, ELSEWHERE), MOD, nova.companion_id, is_moderator=True)


async def test_a_companion_is_dismissed_by_who_invited_it_its_owner_or_a_moderator(house: House) -> None:
    nova = await house.make("Nova")
    service = house.companions
    await service.invite(IN_LOUNGE, ANA, "mira", is_moderator=False)
    await service.invite(IN_LOUNGE, MOD, nova.companion_id, is_moderator=True)
    for companion_id in ("mira", nova.companion_id):
        with pytest.raises(NotYoursError):
            await service.dismiss(IN_LOUNGE, BEN, companion_id, is_moderator=False)
    assert await service.dismiss(IN_LOUNGE, ANA, "mira", is_moderator=False) == MIRA
    assert await service.dismiss(IN_LOUNGE, ANA, nova.companion_id, is_moderator=False) == nova
    assert await service.dismiss(IN_LOUNGE, ANA, "mira", is_moderator=False) is None
    await service.invite(IN_LOUNGE, ANA, "mira", is_moderator=False)
    assert await service.dismiss(ON_BALCONY, MOD, "mira", is_moderator=True) is None
    assert await service.dismiss(IN_LOUNGE, MOD, "mira", is_moderator=True) == MIRA
    with pytest.raises(NotFoundError):
        await service.dismiss(IN_LOUNGE, ANA, "nobody", is_moderator=False)


# ---------------------------------------------------------------- the conversation's companions


def seen(message_id: int, name: str, webhook_id: int | None = None) -> SeenMessage:
    return SeenMessage(message_id, webhook_id or 999, name, "text", webhook_id)


async def test_who_spoke_is_who_was_recorded_else_our_webhooks_name(house: House) -> None:
    nova = await house.make("Nova")
    service = house.companions
    await service.speech.keep_webhook(WebhookRow(LOUNGE, 70, "token"))
    await service.speech.record_spoken(ON_BALCONY, 1, MIRA, ANA)
    talk = [
        seen(1, "Somebody renamed", 70),
        seen(2, "ZOË", 70),
        seen(3, "nova", 70),
        seen(4, "Mira", 71),
        seen(5, "Mira"),
        seen(6, "Miri", 70),
        seen(7, "Nobody", 70),
    ]
    assert await service.resolve(GUILD, ON_BALCONY.channel_id, LOUNGE, talk) == {1: MIRA, 2: ZOE, 3: nova}
    assert await service.resolve(GUILD, ELSEWHERE, None, talk[1:]) == {}


async def test_candidates_are_those_present_then_those_who_spoke_each_once(house: House) -> None:
    service = house.companions
    nova = await house.make("Nova")
    await service.invite(IN_LOUNGE, ANA, "zoe", is_moderator=False)
    await service.speech.record_spoken(IN_LOUNGE, 1, MIRA, ANA)
    await service.speech.record_spoken(IN_LOUNGE, 2, ZOE, ANA)
    await service.speech.record_spoken(IN_LOUNGE, 3, nova, ANA)
    talk = [seen(1, "Mira", 70), seen(2, "Zoë", 70), seen(3, "Nova", 70)]

    async def candidates(seen_messages: list[SeenMessage]) -> tuple[Companion, ...]:
        async def work(uow: UnitOfWork) -> tuple[Companion, ...]:
            return (await service.here(uow, IN_LOUNGE, seen_messages)).candidates

        return await house.storage.read(work)

    assert await candidates([]) == (ZOE,)
    assert await candidates(talk) == (ZOE, MIRA, nova)
    await service.delete(GUILD, ANA, nova.companion_id, is_moderator=False)
    assert await candidates(talk) == (ZOE, MIRA)

"""Commands, answers and replays that Discord's own client would not send."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from playground import Interaction
from tests.e2e import forger
from tests.e2e.reference_desk import Owner
from tests.e2e.report_desk import Reported, submit
from tests.e2e.stage import Room, Stage, is_picture
from tests.e2e.studio_desk import StudioDesk

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

OUR_SIDE = "our side"
INTEGER, BOOLEAN, USER, NUMBER = 4, 5, 6, 10


async def told(pressed: Interaction) -> str:
    """What was said, when it was."""
    ack = await pressed.acknowledged()
    if ack.kind == "deferred_update":
        await pressed.followup()
    elif ack.kind != "modal":
        await pressed.said(".")
    text = "\n".join(pressed.texts())
    assert OUR_SIDE not in text
    return text


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("image premium", {"companion": "mira", "prompt": "x" * 6_000}),
        ("image premium", {"companion": "mira", "prompt": "x", "count": (INTEGER, -1)}),
        ("image premium", {"companion": "mira", "prompt": "x", "count": (INTEGER, 2**62)}),
        ("image premium", {"companion": "mira", "prompt": "x", "count": "1e9"}),
        ("image premium", {"companion": "mira", "prompt": "x", "count": (NUMBER, 1e308)}),
        ("image premium", {"companion": "mira", "prompt": "x", "aspect": "99:1"}),
        ("image premium", {"companion": "mira", "outfit": "../../etc/passwd"}),
        ("image premium", {"companion": "mira", "prompt": "\ud800\x00"}),
        ("image premium", {"companion": (INTEGER, 7), "prompt": "x"}),
        ("image premium", {"prompt": "x"}),
        ("image advanced", {"companion": "mira", "prompt": "x" * 6_000, "resolution": "8K"}),
        ("image advanced", {"companion": "mira", "prompt": "\u200b" * 10}),
        ("image group", {"companions": "mira," * 1_000, "prompt": "x"}),
        ("image group", {"companions": ", , ,,", "prompt": "x"}),
        ("image instant", {"hint": "x" * 6_000}),
        ("image instant", {"hint": (BOOLEAN, True)}),
        ("image nothing", {}),
        ("nothing", {}),
        (
            "companion create",
            {"name": "x" * 10_000, "gender": "female", "style": "anime", "age": (INTEGER, 30)},
        ),
        ("companion create", {"name": "Vera", "gender": "?", "style": "anime", "age": (INTEGER, 30)}),
        ("companion create", {"name": "Vera", "gender": "female", "style": "oil", "age": (INTEGER, 30)}),
        ("companion create", {"name": "Vera", "gender": "female", "style": "anime", "age": (INTEGER, 17)}),
        ("companion create", {"name": "Vera", "gender": "female", "style": "anime", "age": "²⁰"}),
        ("companion create", {"name": "👻👻", "gender": "female", "style": "anime", "age": (INTEGER, 30)}),
        (
            "companion create",
            {"name": "\u202e\u200b", "gender": "female", "style": "anime", "age": (INTEGER, 30)},
        ),
        (
            "companion create",
            {"name": "a" + "\u0336" * 20, "gender": "female", "style": "anime", "age": (INTEGER, 30)},
        ),
        (
            "companion create",
            {
                "name": "Vera",
                "gender": "female",
                "style": "anime",
                "age": (INTEGER, 30),
                "aliases": "a," * 5_000,
            },
        ),
        ("companion list", {"which": "everything"}),
        ("companion speak", {"companion": "mira", "text": "x" * 10_000}),
        ("companion speak", {"companion": "mira", "text": " \x00 "}),
        ("gallery", {"kind": "reference"}),
        ("gallery", {"kind": "'; DROP TABLE image; --"}),
        ("gallery", {"member": (USER, "1")}),
        ("moments gift", {"member": (USER, "1"), "amount": (INTEGER, 5)}),
        ("moments gift", {"amount": (INTEGER, 5)}),
        ("me", {"ask_above": (INTEGER, -5)}),
        ("me", {"ask_above": (INTEGER, 2**60)}),
        ("me", {"solo_shape": "{0.__class__}"}),
        ("grant", {"member": (USER, "1"), "amount": (INTEGER, 5)}),
        ("reports show", {"case": "x" * 10_000}),
        ("reports list", {}),
        ("setup", {}),
        ("settings", {}),
        ("stats", {"days": (INTEGER, 10**18)}),
        ("privacy export", {"user": (USER, "1")}),
    ],
)
async def test_options_that_no_client_offers_are_refused_and_cost_nothing(
    stage: Stage, command: str, options: dict[str, Any]
) -> None:
    room, member = await _room(stage), stage.new_member()
    assert await told(await forger.run(stage, member, room.place, command, options))
    assert stage.states(member) == []
    assert stage.free(member) in {None, 500}


_ROOMS: dict[int, Room] = {}


async def _room(stage: Stage) -> Room:
    if id(stage) not in _ROOMS:
        _ROOMS[id(stage)] = await stage.room()
    return _ROOMS[id(stage)]


@pytest.mark.parametrize(
    ("command", "option", "filled"),
    [
        ("companion show", "companion", {}),
        ("companion dismiss", "companion", {}),
        ("companion speak", "companion", {}),
        ("image instant", "companion", {}),
        ("image premium", "outfit", {"companion": "x" * 6_000}),
        ("image group", "companions", {}),
        ("gallery", "companion", {}),
    ],
)
async def test_whatever_is_typed_gets_suggestions_or_none(
    stage: Stage, command: str, option: str, filled: dict[str, str]
) -> None:
    room = await _room(stage)
    for typed in ("x" * 6_000, "mira," * 1_200, "\ud800", "\u202e", "*", "%", "[", "'; --"):
        asked = await stage.world.autocomplete(room.member, room.place, command, option, typed, **filled)
        assert all(len(choice["name"]) <= 100 for choice in await asked.choices())
        assert asked.errors == []


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("image instant", {}),
        ("image studio", {}),
        ("companion list", {}),
        ("companion speak", {"companion": "mira", "text": "hello"}),
        ("gallery", {}),
        ("moments balance", {}),
        ("moments daily", {}),
        ("setup", {}),
        ("reports list", {}),
        ("stats", {}),
        ("me", {}),
    ],
)
async def test_what_needs_a_server_says_so_in_a_direct_message(
    stage: Stage, command: str, options: dict[str, Any]
) -> None:
    room = await _room(stage)
    asked = await forger.run(stage, room.member, room.place, command, options, also=forger.in_direct_message)
    assert await told(asked)
    assert stage.states(room.member) == []


@pytest.mark.parametrize("amount", [0, -1, -400, 2**70, "5", 1.5, True, None, 10**400])
@pytest.mark.parametrize("command", ["moments gift", "grant"])
async def test_no_amount_takes_moments_from_others_or_makes_more(
    stage: Stage, command: str, amount: object
) -> None:
    ben, lounge = stage.new_member(), stage.world.channel("lounge")
    giver = stage.new_member() if command == "moments gift" else stage.kim
    await (await stage.world.slash(ben, lounge, "moments balance")).answered()
    (before,) = stage.rows("SELECT count(*) FROM ledger WHERE kind IN ('gift', 'grant')")

    def change(payload: dict[str, Any]) -> None:
        options = payload["data"]["options"]
        given = options[0]["options"] if command == "moments gift" else options
        next(option for option in given if option["name"] == "amount")["value"] = amount

    with forger.forging(stage, change):
        asked = await stage.world.slash(giver, lounge, command, member=ben, amount=5)
    said = await told(asked)
    assert "not possible here" in said or "over the limit" in said
    assert stage.rows("SELECT count(*) FROM ledger WHERE kind IN ('gift', 'grant')") == [before]
    assert stage.free(ben) in {None, 500}


@pytest.mark.parametrize("form", ["prompt", "edit", "report"])
async def test_answers_longer_than_their_boxes_are_refused_or_cut(stage: Stage, form: str) -> None:
    room = await stage.room()
    picture = await stage.picture(await stage.world.press(stage.new_member(), room.spoken, "Instant"))
    image_id = str(picture.button("Again").custom_id).partition(":")[2]
    long = "x" * 10_000
    custom_id, sent = {
        "prompt": (f"studio-prompt-form:{room.member.id}.{'0' * 12}", {"prompt": long}),
        "edit": (f"edit-form:{image_id}.{'0' * 12}", {"words": long}),
        "report": (f"report-form:{image_id}.{'0' * 12}", {"reason": ["broken"], "words": long}),
    }[form]
    pressed = await forger.submit(stage, room.member, picture, custom_id, forger.answers(**sent))
    assert await told(pressed)
    assert stage.states(room.member) == []
    assert stage.rows("SELECT count(*) FROM report") == [0]


@pytest.mark.parametrize("chosen", [[], ["kaito", "mira"], ["nobody"], ["\ud800"], ["../x"], [""]])
async def test_a_select_takes_as_many_as_it_asks_for_of_what_it_offers(
    stage: Stage, chosen: list[str]
) -> None:
    room = await stage.room()
    desk = await StudioDesk.open(stage, room.member, room.place)
    before = desk.panel.text
    custom_id = desk.custom_id("studio-cast")

    def change(payload: dict[str, Any]) -> None:
        payload["data"]["values"] = chosen

    with forger.forging(stage, change):
        pressed = await stage.world.choose(room.member, desk.panel, ["mira"], custom_id=custom_id)
    assert "not there" in await told(pressed)
    assert desk.panel.text == before


async def _says_one_of(stage: Stage, pressed: Interaction, words: Sequence[str]) -> None:
    await stage.world.wait_until(
        lambda: any(one in text for one in words for text in pressed.texts()),
        10.0,
        lambda: f"no to {pressed}",
    )


async def test_panels_candidates_drafts_and_reports_of_others_stay_theirs(stage: Stage) -> None:
    owner, thief = await Owner.begin(stage, "Vesna"), stage.new_member()
    await owner.enable()
    await stage.settled(owner.member)
    (companion_id,) = stage.rows("SELECT companion_id FROM companion WHERE name = 'Vesna'")
    candidates = stage.rows("SELECT image_id FROM image WHERE kind = 'reference'")
    room = await stage.room(member=thief)
    picture = await stage.picture(await stage.world.press(stage.new_member(), room.spoken, "Instant"))
    forged = [
        f"{action}:{candidates[0]}"
        for action in (
            "again",
            "again-batch",
            "reuse",
            "edit",
            "download",
            "delete-image",
            "really-delete",
            "report",
        )
    ]
    forged += [
        f"reference-pick:{candidates[0]}.1",
        f"reference-make:{companion_id}.0",
        f"reference-show:{companion_id}",
        f"companion-share:{companion_id}.on",
        f"companion-regenerate:{companion_id}",
        f"gallery-public:{candidates[0]}.on",
        f"gallery-favourite:{candidates[0]}.on",
        f"studio-clear:{owner.member.id}",
        f"studio-generate:{owner.member.id}.{'0' * 16}",
    ]
    refusals = ("not there", "Only", "somebody else's")
    for custom_id in forged:
        pressed = await forger.use(stage, thief, picture, custom_id)
        await _says_one_of(stage, pressed, refusals)
    for custom_id in ("gallery-open:", f"picture:{candidates[0]}"):
        pressed = await forger.use(
            stage,
            thief,
            picture,
            custom_id,
            kind=forger.TEXT_SELECT,
            values=candidates[:1],
            offered=candidates[:1],
        )
        await pressed.said("not there")
    assert stage.states(thief) == []
    assert owner.candidates()
    assert owner.reference is None


async def test_who_moderates_one_channel_deletes_nothing_in_another(stage: Stage) -> None:
    world, room, other = stage.world, await stage.room(), await stage.room()
    picture = await stage.picture(await world.press(room.member, room.spoken, "Instant"))
    image_id = str(picture.button("Again").custom_id).partition(":")[2]
    hers = await stage.picture(await world.press(other.member, other.spoken, "Instant"))
    warden = stage.new_member()

    def with_manage_messages(payload: dict[str, Any]) -> None:
        payload["member"]["permissions"] = str(int(payload["member"]["permissions"]) | 1 << 13)

    for action in ("delete-image", "really-delete"):
        pressed = await forger.use(stage, warden, hers, f"{action}:{image_id}", also=with_manage_messages)
        await pressed.said("Only the member who asked for this")
    assert world.message(picture) is not None
    pressed = await forger.use(stage, warden, picture, f"really-delete:{image_id}", also=with_manage_messages)
    await pressed.said("deleted")
    assert world.message(picture) is None


async def test_everything_that_moves_moments_counts_once_however_often_it_is_delivered(stage: Stage) -> None:
    world, place, ana = stage.world, stage.world.channel("lounge"), stage.new_member()
    ben = stage.new_member()
    await (await world.slash(ana, place, "moments daily")).answered()
    for asked in (
        await world.slash(ana, place, "moments gift", member=ben, amount=30),
        await world.slash(stage.kim, place, "grant", member=ben, amount=40),
        await world.slash(ben, place, "moments daily"),
    ):
        await asked.answered()
        world.redeliver(asked, 5)
    reported = await Reported.make(stage, member=ana)
    form = await world.press(ben, reported.picture, "Report")
    sent = await submit(stage, form, reason=["broken"], words="")
    await sent.said("your report")
    world.redeliver(sent, 5)
    await (await world.slash(ben, place, "moments balance")).said("moments")
    assert stage.free(ana) == 500 + 100 - 30 - 50
    assert stage.free(ben) == 500 + 30 + 40 + 100
    assert stage.rows("SELECT count(*) FROM report") == [1]


async def test_a_member_with_twenty_five_forms_and_sixty_four_buttons_at_once_pays_for_each_picture_once(
    stage: Stage,
) -> None:
    world, room = stage.world, await stage.room()
    picture = await stage.picture(await world.press(stage.new_member(), room.spoken, "Instant"))
    image_id = str(picture.button("Again").custom_id).partition(":")[2]
    sent = [
        await forger.submit(
            stage, room.member, picture, f"edit-form:{image_id}.{n:012}", forger.answers(words="a red dress")
        )
        for n in range(25)
    ]
    sent += [await forger.use(stage, room.member, picture, f"again:{image_id}") for _ in range(64)]
    await asyncio.gather(*(pressed.acknowledged(30.0) for pressed in sent))
    states = await stage.settled(room.member)
    assert set(states) == {"delivered"}
    assert stage.free(room.member) == 500 - 50 * len(states)
    assert not [text for pressed in sent for text in pressed.texts() if OUR_SIDE in text]
    assert len([m for m in world.messages(room.place) if is_picture(m)]) <= len(states) + 1

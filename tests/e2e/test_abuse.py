"""What a bored attacker sends: each is told kindly or not at all, costs nothing, and never is "our side" at fault."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import bot.client
from cogs.base import custom_ids
from cogs.base.components import DurableChannelSelect, DurableItem, DurableRoleSelect, DurableSelect
from cogs.base.modals import DurableModal
from playground import Interaction
from tests.e2e import forger
from tests.e2e.stage import Room, Stage

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

SETTINGS = {"ALLOW_MATURE": "true"}
OUR_SIDE = "our side"

for _feature in bot.client.FEATURES:
    __import__(_feature, fromlist=["_cog"])


def _kinds(base: type[Any]) -> list[type[Any]]:
    found = [kind for sub in base.__subclasses__() for kind in (sub, *_kinds(sub))]
    return list(dict.fromkeys(k for k in found if k.action and k.__module__.startswith("cogs.")))


ITEMS = [kind for kind in _kinds(DurableItem) if kind.action != "instant"]  # which anybody may press
FORMS = [kind for kind in DurableModal.registry.values() if kind.__module__.startswith("cogs.")]
FIELDS = (
    "words",
    "which",
    "prompt",
    "name",
    "day",
    "note",
    "reason",
    "daily",
    "guild",
    "days",
    "moments",
    "age",
)
HOSTILE_VALUES = (
    "",
    "0",
    "-1",
    "9" * 40,
    "1e9",
    "null",
    "None",
    "on",
    "off",
    "premium",
    "4K",
    "_" * 40,
    "a" * 26,
)
HOSTILE_TEXTS = (
    "",
    "²",
    "٣٤",
    "1e9",
    "-5",
    "9" * 4_000,
    "nan",
    "\x00",
    "\ud800",
    "\u202e\u2066\u200b",
    "👻" * 2_000,
    "a\u0337\u0336\u0335\u0334" * 900,
    "{0.__class__} %s ${x} {{7*7}}",
    "'; DROP TABLE account; --",
    "../../etc/passwd",
    '{"custom_id": "x"}',
    "<script>alert(1)</script>",
    "@everyone " * 400,
    "x" * 6_000,
)
values = st.one_of(st.sampled_from(HOSTILE_VALUES), st.from_regex(r"\A[A-Za-z0-9_-]{0,40}\Z"))
texts = st.one_of(st.sampled_from(HOSTILE_TEXTS), st.text(alphabet=st.characters(codec=None), max_size=60))
junk = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("components", "component", "custom_id", "value", "values", "type")),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)
many = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _component_type(kind: type[DurableItem[Any]]) -> int:
    if issubclass(kind, DurableSelect):
        return forger.TEXT_SELECT
    if issubclass(kind, DurableChannelSelect):
        return forger.CHANNEL_SELECT
    return forger.ROLE_SELECT if issubclass(kind, DurableRoleSelect) else forger.BUTTON


_ROOMS: dict[int, Room] = {}


async def _room(stage: Stage) -> Room:
    """One for all examples, whose ``spoken`` is a picture of somebody else: what is forged hangs on it."""
    if id(stage) not in _ROOMS:
        room = await stage.room()
        picture = await stage.picture(await stage.world.press(stage.new_member(), room.spoken, "Instant"))
        _ROOMS[id(stage)] = Room(room.place, room.member, picture)
    return _ROOMS[id(stage)]


async def _answered_kindly(stage: Stage, pressed: Interaction) -> None:
    """Until all is said: a first answer, or what follows a "thinking…" or a silent one."""
    ack = await pressed.acknowledged(30.0)
    if ack.kind.startswith("deferred"):

        def told() -> bool:
            return any(pressed.token in r.path and "/callback" not in r.path for r in stage.world.requests)

        await stage.world.wait_until(told, 30.0, lambda: f"words for {pressed}")
    assert OUR_SIDE not in str(pressed.texts()), pressed


async def _nothing_was_paid(stage: Stage, room: Room) -> None:
    await (await stage.world.slash(room.member, room.place, "help")).answered()
    assert stage.states(room.member) == []
    assert stage.free(room.member) in {None, 500}
    assert stage.held(room.member) == 0


def _id(kind: type[Any], chosen: list[str]) -> str:
    return f"{kind.action}:{'.'.join(chosen[: len(kind.fields)])}"[: custom_ids.MAX_LENGTH]


def _is_taken(kind: type[Any], custom_id: str) -> bool:
    return custom_ids.template_of(kind.action, kind.fields).fullmatch(custom_id) is not None


@many
@given(
    chosen=st.lists(values, min_size=4, max_size=4),
    picked=st.lists(texts, max_size=3),
    is_moderator=st.booleans(),
    is_direct=st.booleans(),
)
async def test_no_forged_component_does_more_than_to_be_told_off(
    stage: Stage, chosen: list[str], picked: list[str], *, is_moderator: bool, is_direct: bool
) -> None:
    room = await _room(stage)
    sent = [
        await forger.use(
            stage,
            stage.kim if is_moderator else room.member,
            room.spoken,
            _id(kind, chosen),
            kind=_component_type(kind),
            values=picked,
            also=forger.in_direct_message if is_direct else None,
        )
        for kind in ITEMS
        if _is_taken(kind, _id(kind, chosen))
    ]
    await asyncio.gather(*(_answered_kindly(stage, pressed) for pressed in sent))


@many
@given(
    chosen=st.lists(values, min_size=4, max_size=4),
    components=st.one_of(
        st.builds(
            lambda found: forger.answers(**found),
            st.dictionaries(
                st.sampled_from(FIELDS), st.one_of(texts, st.lists(texts, max_size=2)), max_size=6
            ),
        ),
        junk,
    ),
    is_moderator=st.booleans(),
    is_direct=st.booleans(),
)
async def test_no_form_that_was_never_shown_does_more_than_to_be_told_off(
    stage: Stage, chosen: list[str], components: object, *, is_moderator: bool, is_direct: bool
) -> None:
    room = await _room(stage)
    sent = [
        await forger.submit(
            stage,
            stage.kim if is_moderator else room.member,
            room.spoken,
            _id(kind, chosen),
            components,
            also=forger.in_direct_message if is_direct else None,
        )
        for kind in FORMS
        if _is_taken(kind, _id(kind, chosen))
    ]
    await asyncio.gather(*(_answered_kindly(stage, pressed) for pressed in sent))


async def test_after_all_of_that_nobody_paid_and_nothing_was_made(stage: Stage) -> None:
    room = await _room(stage)
    await _nothing_was_paid(stage, room)
    assert stage.states(stage.kim) == []
    await stage.world.wait_until(
        lambda: not any(message.thinking for message in stage.world.messages(room.place)), 30.0, "all words"
    )
    said = [text for one in stage.world.interactions.values() for text in one.texts()]
    assert not [text for text in said if OUR_SIDE in text]

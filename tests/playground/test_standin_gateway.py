"""The connection: dropped and resumed, lost and identified anew, killed and started again."""

from __future__ import annotations

import pytest

from playground import Channel, Member, StandIn


async def test_resume_brings_what_was_missed(world: StandIn, ana: Member, lounge: Channel) -> None:
    await world.drop_gateway()
    shown = await world.slash(ana, lounge, "slow")
    await world.wait_resumed()
    assert (await shown.answered()).text == "done"
    assert world.gateway.identify_count == 1


async def test_lost_session_is_identified_anew(world: StandIn, ana: Member, lounge: Channel) -> None:
    await world.drop_gateway(resumable=False)
    await world.wait_until(lambda: world.gateway.identify_count == 2, 15, "a new session")
    shown = await world.slash(ana, lounge, "slow")
    assert (await shown.answered()).text == "done"


async def test_kill_and_restart_keep_the_world(world: StandIn, ana: Member, lounge: Channel) -> None:
    assert world.bot is not None
    await (await world.slash(ana, lounge, "slow")).answered()
    first_pid = world.bot.pid
    await world.bot.kill()
    await world.wait_gone()
    assert world.bot_state == "stopped"
    lost = await world.slash(ana, lounge, "slow")
    await world.restart_bot()
    assert world.bot.pid != first_pid
    assert world.bot_state == "running"
    assert lost.ack is None
    assert len(world.messages(lounge)) == 1


async def test_a_wrong_token_is_refused(empty_world: StandIn, sample_bot: list[str]) -> None:
    with pytest.raises(RuntimeError, match="Improper token"):
        await empty_world.start_bot(sample_bot, {"DISCORD_TOKEN": "another"})

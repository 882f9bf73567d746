"""kill -9 at every step of a report and a decision, then a restart: one card, one refund, everybody told once."""

from __future__ import annotations

import pytest

from playground import Interaction
from tests.e2e.report_desk import BOTH, Reported, choose_mod_channel, submit
from tests.e2e.stage import Stage
from tests.faults.dying import die_at, died, moments_of, steps_of

pytestmark = [pytest.mark.process, pytest.mark.asyncio(loop_scope="module")]

RECORDED = "ReportService.report"
REPORTING = [
    RECORDED,
    "CaseWorker.drive",
    "CaseWorker._posted",
    "desk.post_card",
    "CaseWorker._show",
]
DECIDED = "ReportService.decide"
DECIDING = [
    DECIDED,
    "CaseWorker.drive",
    "store.delete",
    "desk.take_out",
    "CaseWorker._remove",
    "desk.tell",
    "CaseWorker._tell_one",
    "desk.edit_card",
    "CaseWorker._show",
]


def report_steps(stage: Stage) -> list[str]:
    mine = ("Report", "Case", "desk.", "store.delete")
    return [step for step in steps_of(stage) if step.startswith(mine)]


def forget_thinking(stage: Stage, sent: Interaction) -> None:
    """Discord itself ends the "thinking…" of a process that died before its answer, when the token does."""
    if sent.response is not None and sent.response.thinking:
        stage.world.delete_message(sent.response)


async def test_the_moments_below_are_all_the_moments_of_a_report_and_a_decision(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    (stage.folder / "steps").write_text("")
    await (await reported.report(stage.new_member())).said("will look at it")
    await reported.card()
    await reported.rested()
    assert sorted(report_steps(stage)) == sorted(moments_of(REPORTING))
    (stage.folder / "steps").write_text("")
    await (await reported.decide(stage.kim, BOTH)).said("Refunded")
    await reported.rested()
    assert sorted(report_steps(stage)) == sorted(moments_of(DECIDING))


@pytest.mark.parametrize("moment", [m for m in moments_of(REPORTING) if m != f"{RECORDED} inside"])
async def test_killed_at_any_moment_a_report_has_one_card(stage: Stage, moment: str) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    shown = await stage.world.press(stage.new_member(), reported.picture, "Report")
    await shown.modal_shown()
    await die_at(stage, moment)
    sent = await stage.world.submit_modal(shown, {"reason": ["broken"], "words": ""})
    await died(stage)
    forget_thinking(stage, sent)
    stage.world.backend.nonces.clear()  # as if it had taken longer than Discord remembers them
    await stage.world.restart_bot()
    await reported.card()
    await reported.rested()
    assert len(reported.cards()) == 1
    await (await reported.decide(stage.kim, BOTH)).said("Refunded 50")
    await reported.rested()


async def test_killed_before_it_is_on_record_a_report_never_was_and_can_be_made_again(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ben = stage.new_member()
    shown = await stage.world.press(ben, reported.picture, "Report")
    await shown.modal_shown()
    await die_at(stage, f"{RECORDED} inside")
    sent = await stage.world.submit_modal(shown, {"reason": ["broken"], "words": ""})
    await died(stage)
    await stage.world.restart_bot()
    assert reported.cards() == []
    forget_thinking(stage, sent)
    await (await reported.report(ben)).said("will look at it")
    await reported.card()
    await reported.rested()


@pytest.mark.parametrize("moment", [m for m in moments_of(DECIDING) if m != f"{DECIDED} inside"])
async def test_killed_at_any_moment_a_decision_is_carried_out_whole_and_once(
    stage: Stage, moment: str
) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    ana, ben = reported.room.member, stage.new_member()
    await (await reported.report(ben)).said("will look at it")
    card = await reported.card()
    await reported.rested()
    form = await stage.world.press(stage.kim, card, BOTH)
    await form.modal_shown()
    await die_at(stage, moment)
    sent = await stage.world.submit_modal(form, {"note": "gone"})
    await died(stage)
    forget_thinking(stage, sent)
    await stage.world.restart_bot()
    await reported.shows(card, "Refunded and removed")
    await reported.rested()
    assert reported.has_files() == [False, False]
    assert stage.world.message(reported.picture) is None
    assert (reported.refunds(), stage.free(ana)) == (1, 500)
    for member in (ana, ben):
        assert len(reported.direct_messages(member)) == 1


async def test_killed_before_it_is_on_record_a_decision_never_was_and_can_be_made_again(stage: Stage) -> None:
    await choose_mod_channel(stage)
    reported = await Reported.make(stage)
    await (await reported.report(stage.new_member())).said("will look at it")
    card = await reported.card()
    await reported.rested()
    form = await stage.world.press(stage.kim, card, BOTH)
    await form.modal_shown()
    await die_at(stage, f"{DECIDED} inside")
    sent = await stage.world.submit_modal(form, {"note": ""})
    await died(stage)
    forget_thinking(stage, sent)
    await stage.world.restart_bot()
    assert (reported.refunds(), stage.free(reported.room.member)) == (0, 450)
    assert stage.world.message(reported.picture) is not None
    again = await stage.world.press(stage.kim, card, BOTH)
    await (await submit(stage, again, note="")).said("Refunded 50")
    await reported.rested()
    assert reported.refunds() == 1

"""What ``/settings`` says of companions who answer, at its fullest and in its corners."""

from __future__ import annotations

from dataclasses import replace

from discord import ui

from bot.domain.errors import DeliveryDelayedError, MissingPermissionError
from bot.domain.guild import GuildLimits, GuildSettings
from bot.domain.talking import TalkWhen
from bot.services.guilds import GuildOverview
from bot.services.ports.speaking import NoRoomForVoiceError
from bot.services.ports.storage import AuditLine, ReadAuditLine
from cogs.setup._components import overview_view
from cogs.setup._messages import PermissionReport, Step, changes_text, check_text, overview_rows, page_text
from cogs.setup._talk_messages import hindrances

MOST_TEXT, MOST_COMPONENTS = 4000, 40
LIMITS = GuildLimits(("sketch", "horde"), allow_mature=True, daily=100, most_daily=10_000, can_talk=True)
EVERY, NEVER = TalkWhen.EVERY, TalkWhen.NEVER


def overview(**talk: TalkWhen) -> GuildOverview:
    return GuildOverview(
        GuildSettings(), LIMITS, [], None, {int(name.removeprefix("c")): when for name, when in talk.items()}
    )


def row(shown: GuildOverview) -> list[str]:
    return [row.text for row in overview_rows(shown, ()) if row.opens == Step.TALK]


def test_the_row_counts_channels_and_is_there_only_where_companions_can_answer() -> None:
    assert row(overview()) == ["**Companions answer:** when addressed"]
    assert row(overview(c1=EVERY, c2=NEVER, c3=NEVER)) == [
        "**Companions answer:** when addressed, every message in one channel, never in 2 channels"
    ]
    assert row(replace(overview(), limits=replace(LIMITS, can_talk=False))) == []


def test_the_fullest_overview_and_page_fit_into_one_message() -> None:
    many = replace(overview(), talk={2**63 - n: EVERY for n in range(1, 500)})
    parts = list(overview_view(many, (), "x" * 200).walk_children())
    assert len(parts) <= MOST_COMPONENTS
    assert sum(len(part.content) for part in parts if isinstance(part, ui.TextDisplay)) <= MOST_TEXT
    assert len(page_text(Step.TALK, many)) < MOST_TEXT - 100
    assert "and 479 more" in page_text(Step.TALK, many)


def test_a_change_names_its_channel_once_and_in_words() -> None:
    line = AuditLine(1, "a", "talk", ("5", "addressed"), ("5", "never"), 2**41)
    assert "companions answer: <#5> when addressed → **never**" in changes_text([ReadAuditLine(line, 7)])
    odd = replace(line, before=("5", "gone"), after=("5", "newer"))
    assert "<#5> gone → **newer**" in changes_text([ReadAuditLine(odd, 7)])


def test_only_what_an_owner_can_mend_is_told() -> None:
    lines = hindrances(
        {
            5: MissingPermissionError("Manage Webhooks", 5),
            6: NoRoomForVoiceError(6),
            7: DeliveryDelayedError(),
        }
    )
    assert [f"<#{channel}>" in line for channel, line in zip((5, 6), lines, strict=True)] == [True, True]
    report = PermissionReport(
        (),
        None,
        everywhere=False,
        mod_is_public=False,
        mod_is_open=False,
        reads_messages=True,
        hindered=lines,
    )
    assert not report.is_well
    assert "Manage Webhooks** is missing" in check_text(report)
    many = hindrances({n: MissingPermissionError("Manage Webhooks", n) for n in range(100)})
    assert len(many) == 5

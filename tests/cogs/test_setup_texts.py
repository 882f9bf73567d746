"""What ``/setup`` and ``/settings`` say, at its fullest and in its corners."""

from __future__ import annotations

from dataclasses import replace

from discord import ui

from bot.domain.guild import MOST_LISTED, GuildLimits, GuildSettings
from bot.services.guilds import GuildOverview
from bot.services.ports.storage import AuditLine, ReadAuditLine, RoleGrant
from cogs.setup._components import overview_view
from cogs.setup._messages import (
    ChannelState,
    PermissionReport,
    Step,
    changes_text,
    check_text,
    overview_rows,
    page_text,
    steps_of,
)

MOST_TEXT, MOST_COMPONENTS = 4000, 40
"""Of a message: https://discord.com/developers/docs/components/reference"""

LIMITS = GuildLimits(backends=("sketch", "horde"), allow_mature=True, daily=100, most_daily=10_000)
FULL = GuildSettings(
    mod_channel_id=2**63 - 1,
    channel_ids=tuple(range(2**63 - MOST_LISTED, 2**63)),
    role_ids=tuple(range(2**63 - MOST_LISTED, 2**63)),
    allow_mature=True,
    daily_grant=10_000,
    guild_budget=10_000_000,
    member_budget=10_000_000,
    backend="gone",
    forbidden_words=tuple(f"word {n}" for n in range(200)),
    retention_days=1,
)


def full(changes: int = 10) -> GuildOverview:
    line = AuditLine(1, "a", "channel_ids", FULL.channel_ids, FULL.role_ids, 2**41)
    return GuildOverview(FULL, LIMITS, [ReadAuditLine(line, 2**63 - 1)] * changes, 10_000_000)


def test_the_fullest_overview_fits_into_one_message() -> None:
    grants = [RoleGrant(2**63 - n, 100_000) for n in range(1, 51)]
    view = overview_view(full(), grants, "x" * 200)
    parts = list(view.walk_children())
    assert len(parts) <= MOST_COMPONENTS
    assert sum(len(part.content) for part in parts if isinstance(part, ui.TextDisplay)) <= MOST_TEXT
    assert len(page_text(Step.MONTHLY, full(), grants)) < MOST_TEXT - 100


def test_the_fullest_check_fits_into_one_message() -> None:
    missing = ("Send Messages", "Send Messages in Threads", "Read Message History", "Manage Webhooks")
    states = tuple(ChannelState(2**63 - n, missing) for n in range(1, MOST_LISTED + 1))
    report = PermissionReport(
        states, states[0], everywhere=True, mod_is_public=True, mod_is_open=True, reads_messages=False
    )
    assert len(check_text(report)) < MOST_TEXT - 100


def test_the_overview_names_a_service_that_is_gone_and_what_one_day_is() -> None:
    text = "\n".join(row.text for row in overview_rows(full(), ()))
    assert "gone, which is **not offered any more**" in text
    assert "**Pictures are kept:** one day" in text
    assert "mature pictures too" in text
    assert "and 19 more" in text


def test_pictures_are_kept_as_long_as_the_operator_says_where_the_owner_says_nothing() -> None:
    limits = replace(LIMITS, keep_days=90)
    for own, words in ((None, "90 days"), (30, "30 days")):
        overview = replace(full(), settings=GuildSettings(retention_days=own), limits=limits)
        assert overview_rows(overview, ())[-1].text == f"**Pictures are kept:** {words}"


def test_a_page_of_services_says_which_one_is_chosen() -> None:
    assert Step.BACKEND in steps_of(LIMITS)
    chosen = replace(full(), settings=GuildSettings(backend="horde"))
    assert "**Now:** horde" in page_text(Step.BACKEND, chosen)
    assert "the first of sketch, horde" in page_text(Step.BACKEND, replace(full(), settings=GuildSettings()))


def test_a_deleted_channel_is_named_in_the_check() -> None:
    gone = ChannelState(5, is_gone=True)
    report = PermissionReport(
        (gone,), None, everywhere=False, mod_is_public=False, mod_is_open=False, reads_messages=True
    )
    assert "❌ A channel **was deleted**: choose another." in check_text(report)
    assert not report.is_well


def test_changes_of_every_kind_are_readable() -> None:
    lines = [
        ("role_ids", (), (5, 6, 7), "roles: everybody → **<@&5>, <@&6> and 1 more**"),
        ("allow_mature", False, True, "mature pictures: off → **on**"),
        ("backend", "", "horde", "picture service: as usual → **horde**"),
        ("guild_budget", None, 5000, "the server's budget a day: no limit → **5,000**"),
        ("report", "01CASE", "refund-remove", "report: **refunded, picture removed**"),
        ("something_else", "x", "y", "something else: x → **y**"),
    ]
    for what, before, after, words in lines:
        text = changes_text([ReadAuditLine(AuditLine(1, "a", what, before, after, 60_000), None)])
        assert text == f"**Latest changes**\n-# <t:60:R> somebody who left · {words}"

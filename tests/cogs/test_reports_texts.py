"""What cards, the queue and verdicts say, for everything that a case can be; and that it fits into a message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from simcord.components import walk_components

from bot.domain.money import Split
from bot.domain.picture import Rating
from bot.domain.presets import PresetChoice
from bot.domain.reporting import MAX_WORDS, Case, Decision, Removal, Report, ReportReason, Verdict
from bot.domain.request import (
    Image,
    ImageRequest,
    ReplyTarget,
    RequestKind,
    RequestOptions,
    RequestState,
    SourceKind,
)
from bot.domain.scene import Figure, Scene
from bot.services.ports.images import Placeholder
from bot.services.ports.review import CaseFile, EarlierCase, Exhibit, Outcome, ReportLine
from bot.services.ports.storage import ReporterRecord
from bot.services.reports import Decided, Filed, QueuePage
from cogs.base.reporting import verdict_text
from cogs.reports import _messages as messages
from cogs.reports._card import card_view, exhibit_file
from cogs.reports._queue import queue_view
from cogs.reports._reporting import ReportForm

MOST_TEXT, MOST_COMPONENTS = 4000, 40
"""Of a message: https://discord.com/developers/docs/components/reference"""
ULID = "01M81TNJ7FP7XWCA73AQNNS65Y"
GUILD, CHANNEL, MESSAGE = 2**62, 2**62 + 1, 2**62 + 2
ANA, BEN, KIM = 2**62 + 3, 2**62 + 4, 2**62 + 5
NOW_MS = 1_800_000_000_000
NASTY = "# *three* @everyone [arms](https://evil.example) `x` ||y|| > z\n-# small"
FIRST = ReporterRecord()
OPEN = Case(ULID, ULID, GUILD, "ana", NOW_MS)


def request(kind: RequestKind = RequestKind.PREMIUM, **options: Any) -> ImageRequest:
    return ImageRequest(
        request_id=ULID,
        kind=kind,
        source_kind=SourceKind.INTERACTION,
        source_id=1,
        account_id="ana",
        user_id=ANA,
        requester="Ana",
        trigger_key="",
        reply=ReplyTarget(GUILD, CHANNEL, MESSAGE, None, 0, 1),
        state=RequestState.DELIVERED,
        options=RequestOptions(**options),
        created_at_ms=NOW_MS,
        deadline_at_ms=NOW_MS,
        scene=Scene((Figure("mira"),)),
        prompt="1woman, smiling",
        backend="sketch",
    )


def image(**changes: Any) -> Image:
    usual: dict[str, Any] = {
        "image_id": ULID,
        "request_id": ULID,
        "account_id": "ana",
        "position": 0,
        "file_key": "f",
        "thumbnail_key": "t",
        "width_px": 1536,
        "height_px": 2048,
        "share": Split(30, 20),
        "rating": Rating.GENERAL,
        "alt_text": "Mira smiles",
        "labels": (),
        "not_drawn": (),
        "seed": 1,
        "created_at_ms": NOW_MS,
        "guild_id": GUILD,
        "kind": RequestKind.PREMIUM,
        "channel_id": CHANNEL,
        "message_id": MESSAGE,
    }
    return Image(**{**usual, **changes})


def line(
    number: int = 0,
    words: str = "three arms",
    record: ReporterRecord = FIRST,
    **changes: Any,
) -> ReportLine:
    report = Report(f"R{number}", ULID, ULID, f"r{number}", ReportReason.BROKEN, words, NOW_MS)
    return ReportLine(replace(report, **changes), BEN + number, record)


def file(*lines: ReportLine, **changes: Any) -> CaseFile:
    usual: dict[str, Any] = {
        "case": OPEN,
        "reports": lines or (line(),),
        "image": image(),
        "request": request(prompt="smiling"),
        "user_id": ANA,
        "decided_by": None,
        "cast_names": ("Mira",),
        "preset_names": (),
        "earlier": (),
        "is_refunded": False,
    }
    return CaseFile(**{**usual, **changes})


def decided(
    decision: Decision, *, note: str = "", removal: Removal | None = None, **changes: Any
) -> CaseFile:
    refunded = Split(30, 20) if decision.refunds else Split()
    verdict = Verdict(decision, "kim", note, NOW_MS, refunded)
    done = removal or (Removal.DONE if decision.removes else Removal.NONE)
    case = replace(OPEN, verdict=verdict, removal=done)
    gone = image(deleted_at_ms=NOW_MS) if decision.removes else image()
    return file(
        **{"case": case, "decided_by": KIM, "image": gone, "is_refunded": decision.refunds, **changes}
    )


def card(shown: CaseFile, exhibit: Exhibit = Exhibit(b"jpeg")) -> list[dict[str, Any]]:  # noqa: B008
    view = card_view(shown, exhibit, exhibit_file(shown, exhibit))
    return list(walk_components(view.to_components()))


def text(parts: list[dict[str, Any]]) -> str:
    return "\n".join(part["content"] for part in parts if part.get("type") == 10)


def labels(parts: list[dict[str, Any]]) -> list[str]:
    return [part["label"] for part in parts if part.get("type") == 2]


# ---------------------------------------------------------------- the card


def test_an_open_card_has_everything_a_moderator_needs() -> None:
    parts = card(file(line(0), line(1, "", ReporterRecord(4, 2, 1), reason=ReportReason.AGAINST_RULES)))
    said = text(parts)
    for expected in (
        "2 reports, the first <t:1800000000:R>",
        f"**Broken or glitched** · <@{BEN}> <t:1800000000:R> · their first report\n> three arms",
        f"**Against the rules** · <@{BEN + 1}> <t:1800000000:R> · 4 earlier reports, 2 upheld, 1 rejected",
        f"**Asked for by** <@{ANA}>",
        f"[its message](https://discord.com/channels/{GUILD}/{CHANNEL}/{MESSAGE})",
        "**In it** Mira",
        "Premium · 1536 × 2048 px · sketch",
        "50 moments (30 granted, 20 purchased)",
        "**Typed by the member**\n> smiling",
        "**Prompt as sent**\n> 1woman, smiling",
        f"Case `{ULID}`",
    ):
        assert expected in said
    assert labels(parts) == ["Refund 50", "Reject", "Remove picture", "Refund & remove"]
    (gallery,) = [part for part in parts if part.get("type") == 12]
    assert gallery["items"][0]["spoiler"] is True
    assert gallery["items"][0]["description"] == "Mira smiles"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"request": request(RequestKind.INSTANT, hint="at the beach")},
            "**Hint, typed by the member**\n> at the beach",
        ),
        (
            {"request": request(RequestKind.INSTANT)},
            "**Read from the conversation** (the talk itself is not kept)",
        ),
        (
            {"request": request(RequestKind.EDIT, prompt="at night")},
            "**Change asked for, typed by the member**",
        ),
        (
            {"request": request(presets=PresetChoice("red")), "preset_names": ("Red *Gown*",)},
            "**Presets** Red \\*Gown\\*",
        ),
        (
            {"image": image(parent_image_id="older")},
            "**Prompt as sent** · made again from an earlier picture",
        ),
        ({"image": image(share=Split(50))}, "50 moments (granted)"),
        ({"image": image(share=Split(0, 1))}, "1 moment (purchased)"),
        ({"image": image(share=Split())}, "**Cost** nothing"),
        ({"is_refunded": True}, "refunded before"),
        ({"user_id": None}, "a member who is not known any more"),
        ({"cast_names": ()}, "nobody who is still here"),
        ({"image": image(deleted_at_ms=1)}, "The picture was **deleted** meanwhile."),
        (
            {
                "earlier": (
                    EarlierCase(replace(OPEN, verdict=Verdict(Decision.REJECT, "k", "", NOW_MS)), KIM),
                )
            },
            f"**Decided before about this picture**\n☑️ Rejected by <@{KIM}>",
        ),
    ],
)
def test_a_card_says_what_is_special_about_a_case(changed: dict[str, Any], expected: str) -> None:
    assert expected in text(card(file(**changed)))


@pytest.mark.parametrize(
    ("decision", "title"),
    [
        (Decision.REFUND, "### 💰 Refunded"),
        (Decision.REJECT, "### ☑️ Rejected"),
        (Decision.REMOVE, "### 🗑️ Picture removed"),
        (Decision.REFUND_REMOVE, "### 🗑️ Refunded and removed"),
    ],
)
def test_a_decided_card_says_who_decided_what_and_has_no_buttons(decision: Decision, title: str) -> None:
    exhibit = Exhibit(b"") if decision.removes else Exhibit(b"jpeg")
    parts = card(decided(decision, note="a *note*"), exhibit)
    said = text(parts)
    assert said.startswith(f"{title}\nby <@{KIM}> <t:1800000000:R>")
    assert "> a \\*note\\*" in said
    assert ("50 moments went back" in said) == decision.refunds
    assert labels(parts) == []
    assert len([part for part in parts if part.get("type") == 12]) == (not decision.removes)
    assert "its message" not in said or not decision.removes
    assert "meanwhile" not in said


def test_a_message_that_could_not_be_deleted_is_asked_to_be() -> None:
    assert messages.MESSAGE_STAYS in text(card(decided(Decision.REMOVE, removal=Removal.STUCK), Exhibit(b"")))


def test_a_mature_picture_s_words_are_hidden_with_it() -> None:
    mature = file(image=image(rating=Rating.MATURE), request=request(prompt="secret words"))
    hidden = card(mature, Exhibit(b"tile", Placeholder.MATURE))
    assert "secret" not in text(hidden)
    assert messages.HIDDEN_WORDS in text(hidden)
    assert "Mira smiles" not in str(hidden)
    assert "spoiler': True" not in str(hidden)
    shown = text(card(mature))
    assert "secret words" in shown
    assert "🔞 mature" in shown
    gone = text(card(mature, Exhibit(b"tile", Placeholder.MISSING)))
    assert messages.MISSING_WORDS in gone


def test_what_people_wrote_is_shown_and_not_obeyed() -> None:
    said = text(card(file(line(words=NASTY), request=request(prompt=NASTY), cast_names=("*Mira*",))))
    assert "\\*three\\*" in said
    assert "\n-# small" not in said
    assert "\\|\\|y" in said
    assert "**In it** \\*Mira\\*" in said


@pytest.mark.parametrize("mark", ["x", "*", "*a", "_|"])
def test_the_fullest_card_fits_into_a_message(mark: str) -> None:
    verdict = Verdict(Decision.REJECT, "k", (mark * 2000)[:MAX_WORDS], NOW_MS)
    earlier = tuple(EarlierCase(replace(OPEN, verdict=verdict), KIM) for _ in range(20))
    full = file(
        *(line(n, (mark * 2000)[:MAX_WORDS], ReporterRecord(999, 99, 99)) for n in range(60)),
        request=replace(
            request(prompt=(mark * 2000)[:2000], hint=(mark * 2000)[:1000]), prompt=(mark * 2000)[:2000]
        ),
        preset_names=("A preset of a name",) * 3,
        cast_names=((mark * 32)[:32],) * 3,
        earlier=earlier,
    )
    for shown in (full, replace(full, case=replace(OPEN, verdict=verdict, removal=Removal.NONE))):
        parts = card(shown)
        assert len(text(parts)) <= MOST_TEXT
        assert len(parts) <= MOST_COMPONENTS
    assert "more reports" in text(card(full))
    short = card(file(*(line(n, "") for n in range(60))))
    assert len(short) <= MOST_COMPONENTS


# ---------------------------------------------------------------- forms, answers, the queue


def test_forms_fit_and_ask_which_picture_only_where_there_are_several() -> None:
    one, several = ReportForm((ULID, "")), ReportForm((ULID, "Picture 1"), ("other", "Picture 2"))
    asked = [str(form.to_dict()) for form in (one, several)]
    assert ["'which'" in form for form in asked] == [False, True]
    assert ULID in one.custom_id
    for decision in Decision:
        assert len(messages.form_title(decision, Split(10**9))) <= 45
        assert len(messages.note_description(decision)) <= 100
        assert len(messages.decision_label(decision, Split(10**9))) <= 80
    for reason in ReportReason:
        assert len(messages.REASON_NOTES[reason]) <= 100


def test_a_reporter_hears_where_their_report_went() -> None:
    assert "the moderators will look at it" in messages.filed_text(Filed("c", is_first=True, is_shown=True))
    kept = messages.filed_text(Filed("c", is_first=False, is_shown=False))
    assert "**is kept**" in kept
    assert "Others have reported it as well" in kept


@pytest.mark.parametrize("decision", Decision)
def test_a_moderator_hears_what_their_decision_did(decision: Decision) -> None:
    verdict = Verdict(decision, "kim", "", NOW_MS, Split(50) if decision.refunds else Split())
    said = messages.decided_text(Decided(OPEN, verdict, 2, ANA))
    assert (f"**Refunded 50 moments** to <@{ANA}>" in said) == decision.refunds
    assert ("emoved" in said) == decision.removes
    assert "The members who reported it are told" in said
    assert "The member who reported it is told" in messages.decided_text(Decided(OPEN, verdict, 1, None))


def test_the_queue_says_what_waits_and_turns_its_pages() -> None:
    files = tuple(
        file(
            line(),
            line(1, reason=ReportReason.OTHER),
            case=replace(OPEN, card_channel_id=1, card_message_id=2),
        )
        for _ in range(8)
    )
    page = QueuePage(files, ULID, 3, CHANNEL)
    parts = list(walk_components(queue_view(page, is_first=False).to_components()))
    said = text(parts)
    assert "**Broken or glitched, Something else** · 2 reports · <t:1800000000:R>" in said
    assert f"[its card](https://discord.com/channels/{GUILD}/1/2)" in said
    assert f"3 missing cards in <#{CHANNEL}>" in said
    assert labels(parts) == ["Show"] * 8 + ["Oldest", "Newer"]
    assert len(said) <= MOST_TEXT
    assert len(parts) <= MOST_COMPONENTS
    last = queue_view(QueuePage(files[:1], None, 0, None), is_first=True)
    parts = list(walk_components(last.to_components()))
    assert labels(parts) == ["Show"]
    assert messages.NO_MOD_CHANNEL in text(parts)
    assert messages.queue_text(QueuePage((), None, 0, CHANNEL)) == messages.QUEUE_EMPTY
    assert messages.NO_MOD_CHANNEL in messages.queue_text(QueuePage((), None, 0, None))
    assert messages.choice_name(file(cast_names=())) == "somebody: Broken or glitched (1 report)"


# ---------------------------------------------------------------- verdicts


def outcome(decision: Decision, *, is_reporter: bool, is_requester: bool, **changes: Any) -> Outcome:
    refunded = 50 if decision.refunds and is_requester else 0
    told = Outcome(ULID, GUILD, "Studio *X*", decision, refunded, "", ("Mira",), is_reporter, is_requester)
    return replace(told, **changes)


@pytest.mark.parametrize(
    ("decision", "is_reporter", "is_requester", "expected"),
    [
        (Decision.REFUND, False, True, "The moderators **refunded** your picture of **Mira**"),
        (Decision.REFUND, False, True, "**50 moments** are back in your balance."),
        (Decision.REFUND, True, True, "Thank you for your report. The moderators **refunded** your picture"),
        (Decision.REFUND, True, False, "was **refunded** to the member who asked for it."),
        (Decision.REJECT, True, False, "**left it as it is**"),
        (
            Decision.REMOVE,
            False,
            True,
            "The moderators **removed** your picture of **Mira** on **Studio \\*X\\***.",
        ),
        (Decision.REMOVE, True, False, "The moderators agreed: the picture of **Mira**"),
        (Decision.REFUND_REMOVE, False, True, "**50 moments** are back in your balance."),
        (Decision.REFUND_REMOVE, True, False, "was **removed**."),
    ],
)
def test_a_verdict_says_what_concerns_its_reader(
    decision: Decision,
    *,
    is_reporter: bool,
    is_requester: bool,
    expected: str,
) -> None:
    told = verdict_text(outcome(decision, is_reporter=is_reporter, is_requester=is_requester))
    assert expected in told
    assert "50" not in told or is_requester


def test_a_verdict_has_its_note_and_does_without_names() -> None:
    told = outcome(Decision.REFUND, is_reporter=False, is_requester=True, note="a *note*", refunded=1)
    assert "> a \\*note\\*" in verdict_text(told)
    assert "**1 moment** is back" in verdict_text(told)
    bare = verdict_text(replace(told, cast_names=(), guild_name="", note=""))
    assert bare == "🚩 The moderators **refunded** your picture: **1 moment** is back in your balance."
    assert len(verdict_text(replace(told, note="*" * MAX_WORDS))) <= 2000

"""What somebody wrote, and which of the companions present it is meant for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.companion import Companion
from bot.domain.talking import MOST_ANSWERS, TalkWhen
from bot.services.ports.addressing import NameReader
from bot.services.ports.speaking import Place


@dataclass(frozen=True, slots=True)
class Heard:
    """A member's message, as far as it may be read: ``text`` is empty where it may not.

    ``replied_to_id`` is the message that it answers. ``mentions_bot``: the bot itself is mentioned in it.
    ``role_ids`` are the member's roles, ``upload_limit_bytes`` is what the guild takes. It is used and
    forgotten: never stored, never logged.
    """

    message_id: int
    place: Place
    user_id: int
    user_name: str
    text: str = field(repr=False)
    replied_to_id: int | None = None
    mentions_bot: bool = False
    role_ids: tuple[int, ...] = ()
    upload_limit_bytes: int = 0


def addressed_in(
    heard: Heard,
    present: Sequence[Companion],
    names: NameReader,
    *,
    replied_to: str | None,
) -> tuple[Companion, ...]:
    """The companions that a message is addressed to, in the order of being addressed; three at most.

    ``replied_to`` is the id of the companion whose message it answers. Who is answered comes first, then who
    is named. A mention of the bot is meant for the only companion there is.
    """
    by_id = {companion.companion_id: companion for companion in present}
    ids = [companion_id for companion_id in (replied_to,) if companion_id in by_id]
    ids += names.named_in(heard.text, present) if heard.text else ()
    if not ids and heard.mentions_bot and len(present) == 1:
        ids = list(by_id)
    return tuple(by_id[companion_id] for companion_id in dict.fromkeys(ids) if companion_id in by_id)[
        :MOST_ANSWERS
    ]


def answering(
    when: TalkWhen, addressed: Sequence[Companion], present: Sequence[Companion], last_spoke: str | None
) -> tuple[Companion, ...]:
    """Who answers: those addressed; where every message is answered and nobody is, the one who spoke last.

    ``last_spoke`` is the id of the companion who did, None where nobody remembers; then it is the first present.
    """
    if when is TalkWhen.NEVER:
        return ()
    if addressed or when is TalkWhen.ADDRESSED:
        return tuple(addressed)
    return tuple([companion for companion in present if companion.companion_id == last_spoke] or present[:1])[
        :1
    ]

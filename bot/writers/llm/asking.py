"""A conversation as lines for the model. What people wrote stands in lines of its own, marked with who they are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.domain.scene import Conversation, Message
from bot.services.ports.language import Line, Role
from bot.writers.llm.form import label

MESSAGES = 60
"""The latest messages that are read."""
MOST_OF_ONE = 2_000
"""Characters of one message, its end."""
MOST_IN_ALL = 16_000
"""Characters of all messages: small models read no more."""
MOST_OF_HINT = 1_000

_BRACKETS = re.compile(r"[\[\]{}()<>|]+")


def lines_of(conversation: Conversation) -> Sequence[Line]:
    """The lines: who can be pictured, the talk with a mark after each name, and the wish."""
    people = [
        {
            "id": label(number),
            "name": one_line(candidate.name),
            "aliases": [one_line(alias) for alias in candidate.aliases],
            "gender": candidate.gender.value,
        }
        for number, candidate in enumerate(conversation.candidates)
    ]
    hint = conversation.hint.strip()[:MOST_OF_HINT]
    return (
        _own(f"Companions that can be pictured: {_quoted(people)}"),
        _own("The log, oldest first, each line marked with who wrote it:"),
        *_talk(conversation),
        _own("End of the log."),
        _own(f"The picture is for this member: {_quoted(one_line(conversation.requester))}"),
        _own(f"Their wish for the picture: {_quoted(hint)}" if hint else "They gave no wish."),
        _own("Now describe the picture at the end of the log."),
    )


def one_line(name: str) -> str:
    """A name that can't pretend to be a mark."""
    return " ".join(_BRACKETS.sub(" ", name).split())


def _own(text: str) -> Line:
    return Line(Role.OTHER, text)


def _quoted(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _talk(conversation: Conversation) -> Sequence[Line]:
    labels = {c.companion_id: label(number) for number, c in enumerate(conversation.candidates)}
    lines: list[Line] = []
    left = MOST_IN_ALL
    for message in reversed(conversation.messages[-MESSAGES:]):
        text = message.text.strip()[-min(MOST_OF_ONE, left) :]
        left -= len(text)
        if text:
            lines.append(Line(Role.OTHER, text, _marked(message, labels)))
        if left <= 0:
            break
    return lines[::-1]


def _marked(message: Message, labels: dict[str, str]) -> str:
    mark = "member" if message.companion_id is None else labels.get(message.companion_id, "narrator")
    # The adapter cuts long names: the mark must not go with the end.
    return f"{one_line(message.speaker)[:60]} [{mark}]"

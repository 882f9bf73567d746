"""CPU of the rules writer on 24 messages of 500 characters."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Sequence
from statistics import median

from benchmarks.fresh import Figures, in_fresh_process
from benchmarks.table import Options, Row
from bot.domain.companion import Gender
from bot.domain.scene import Candidate, Conversation, Message
from bot.writers.rules import RulesWriter

MESSAGES = 24
MESSAGE_LENGTH = 500
CAST = (
    Candidate("mira", "Mira", ("Mi",), Gender.FEMALE),
    Candidate("jonas", "Jonas", (), Gender.MALE),
    Candidate("sol", "Sol", ("Soleil",), Gender.NONBINARY),
)
SENTENCES = (
    "*Mira leans on the railing of the old pier and pulls her red coat closer*",
    "It is getting dark, and the lamps along the harbour come on one by one.",
    "“We should have stayed at the beach,” she says, laughing.",
    "Jonas walks up with two cups of coffee and hands her one.",
    "((brb, dinner is ready))",
    "He has put on a grey wool sweater, because the wind is cold up here.",
    "Sol left an hour ago, they had to catch the last train home.",
    "Not the lighthouse again, we were there all of last summer!",
    "Do you remember the dream I told you about, the one with the snow and the castle?",
    "She takes off her scarf, sits down on a crate and looks out over the water.",
    "Let's go inside the café, there is a table free at the window.",
    "They step into the warm café and the rain begins to fall outside.",
)
_NOTE = (
    f"{MESSAGES} messages of {MESSAGE_LENGTH} characters, three candidates, after one conversation to warm up; "
    "median CPU. Reference: re.findall of the words of the same text. The writer runs on the event loop."
)


def rows(options: Options) -> Sequence[Row]:
    """The writer's row."""
    found = in_fresh_process(writing_cpu, options.scaled(60, 20))
    ours, words = found["ours_ms"], found["words_ms"]
    return [
        Row(
            what="rules writer, 24 messages of 500 characters",
            target="≤ 10 ms",
            ours=f"{ours:.1f} ms",
            reference=f"{words:.2f} ms",
            ratio=ours / words,
            met=ours <= 10,
            note=_NOTE,
        )
    ]


def writing_cpu(repeats: int) -> Figures:
    """Median CPU milliseconds of a scene, and of finding the words of the same text."""
    writer = RulesWriter()
    ours_ms: list[float] = []
    words_ms: list[float] = []
    for number in range(repeats + 1):
        talk = conversation(number)
        begun = time.process_time()
        writer.scene(talk)
        between = time.process_time()
        for message in talk.messages:
            re.findall(r"\w+", message.text)
        ours_ms.append((between - begun) * 1e3)
        words_ms.append((time.process_time() - between) * 1e3)
    return {"ours_ms": median(ours_ms[1:]), "words_ms": median(words_ms[1:])}


def conversation(number: int) -> Conversation:
    """Each number gives other messages, so that no text is met twice."""
    sentences = itertools.cycle(SENTENCES[number % len(SENTENCES) :] + SENTENCES[: number % len(SENTENCES)])
    messages = tuple(_message(turn, number, sentences) for turn in range(MESSAGES))
    return Conversation(messages, CAST, requester="Ana")


def _message(turn: int, number: int, sentences: itertools.cycle[str]) -> Message:
    text = f"Round {number}, turn {turn}."
    while len(text) < MESSAGE_LENGTH:
        text = f"{text} {next(sentences)}"
    speaker = CAST[turn % len(CAST)]
    if turn % 4 == 0:
        return Message("Ana", text[:MESSAGE_LENGTH], author_id=1)
    return Message(speaker.name, text[:MESSAGE_LENGTH], companion_id=speaker.companion_id)

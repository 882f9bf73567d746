"""CPU of the rules writer on 24 messages of 500 characters, in each language that it reads."""

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
from bot.writers.rules.writer import RulesWriter

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
FOREIGN = {
    "Spanish": (
        "*Mira se apoya en la barandilla del viejo muelle y se ajusta el abrigo rojo*",
        "Está anocheciendo y las farolas del puerto se encienden una a una.",
        "Jonas llega con dos tazas de café y le da una.",
        "Sol se marchó hace una hora, tenía que coger el último tren.",
        "¿Te acuerdas del sueño que te conté, el de la nieve y el castillo?",
        "Entran en la cafetería y fuera empieza a llover.",
    ),
    "French": (
        "*Mira s'appuie contre la rambarde du vieux quai et resserre son manteau rouge*",
        "La nuit tombe et les lampes du port s'allument une à une.",
        "Jonas arrive avec deux tasses de café et lui en tend une.",
        "Sol est partie il y a une heure, elle devait prendre le dernier train.",
        "Tu te souviens du rêve que je t'ai raconté, avec la neige et le château ?",
        "Ils entrent dans le café et la pluie se met à tomber dehors.",
    ),
    "German": (
        "*Mira lehnt sich an das Geländer am alten Steg und zieht ihren roten Mantel enger*",
        "Es wird dunkel, und am Hafen gehen die Lampen an, eine nach der anderen.",
        "Jonas kommt mit zwei Tassen Kaffee und gibt ihr eine.",
        "Sol ist vor einer Stunde gegangen, der letzte Zug wartet nicht.",
        "Weißt du noch, der Traum mit dem Schnee und der Burg, von dem ich erzählt habe?",
        "Sie gehen ins Café, und draußen fängt es an zu regnen.",
    ),
    "Japanese": (
        "*ミラは古い桟橋の手すりにもたれて、赤いコートを着ている*",
        "もう夕方だ。港の明かりがひとつずつ灯る。",
        "ジョナスがコーヒーを二つ持ってきて、一つを渡した。",
        "ソルは一時間前に帰った。終電に間に合わないから。",
        "雪とお城の夢の話、覚えてる？",
        "二人はカフェに入る。外では雨が降り始めた。",
    ),
}
_NOTE = (
    f"{MESSAGES} messages of {MESSAGE_LENGTH} characters, three candidates, after one conversation to warm up; "
    "median CPU. Reference: re.findall of the words of the same text. In the bot the writer has a process of its own."
)


def rows(options: Options) -> Sequence[Row]:
    """A row for each language."""
    return [_row(language, options) for language in ("English", *FOREIGN)]


def _row(language: str, options: Options) -> Row:
    found = in_fresh_process(writing_cpu, options.scaled(60, 20), language)
    ours, words = found["ours_ms"], found["words_ms"]
    return Row(
        what=f"rules writer, 24 messages of 500 characters, {language}",
        target="≤ 10 ms",
        ours=f"{ours:.1f} ms",
        reference=f"{words:.2f} ms",
        ratio=ours / words,
        met=ours <= 10,
        note=_NOTE,
    )


def writing_cpu(repeats: int, language: str = "English") -> Figures:
    """Median CPU milliseconds of a scene, and of finding the words of the same text."""
    writer = RulesWriter()
    ours_ms: list[float] = []
    words_ms: list[float] = []
    for number in range(repeats + 1):
        talk = conversation(number, language)
        begun = time.process_time()
        writer.scene(talk)
        between = time.process_time()
        for message in talk.messages:
            re.findall(r"\w+", message.text)
        ours_ms.append((between - begun) * 1e3)
        words_ms.append((time.process_time() - between) * 1e3)
    return {"ours_ms": median(ours_ms[1:]), "words_ms": median(words_ms[1:])}


def conversation(number: int, language: str = "English") -> Conversation:
    """Each number gives other messages, so that no text is met twice."""
    said = FOREIGN.get(language, SENTENCES)
    sentences = itertools.cycle(said[number % len(said) :] + said[: number % len(said)])
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

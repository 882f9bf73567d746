"""Times of day by the clock, as four languages write them."""

from __future__ import annotations

import re

_NUMBERS = {
    "es": "una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "une deux trois quatre cinq six sept huit neuf dix onze douze",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
}
_HOURS = {
    language: {word: hour for hour, word in enumerate(words.split(), 1)}
    for language, words in _NUMBERS.items()
}
_WORD = {language: "|".join(words.split()) for language, words in _NUMBERS.items()}
_PATTERNS = {
    "es": re.compile(
        r"\b(?:a|son|eran|es|hacia|sobre|casi)\s+(?:casi\s+)?las?\s+"
        rf"(?P<hour>\d{{1,2}}|{_WORD['es']})\b(?:[:.h](?P<minute>\d\d))?"
        r"(?P<rest>.{0,32})",
        re.IGNORECASE,
    ),
    "fr": re.compile(
        rf"\b(?P<hour>\d{{1,2}}|{_WORD['fr']})\s*(?:h|heures?)\b\s*(?P<minute>\d\d)?(?P<rest>.{{0,24}})"
        r"|\b(?P<hour2>\d{1,2})h(?P<minute2>\d\d)\b",
        re.IGNORECASE,
    ),
    "de": re.compile(
        rf"\b(?:um|gegen|ist|kurz (?:vor|nach)|halb|viertel (?:vor|nach))\s+(?P<hour>\d{{1,2}}|{_WORD['de']})\b"
        r"(?:[:.](?P<minute>\d\d))?(?P<rest>.{0,24})"
        r"|\b(?P<hour2>\d{1,2})(?:[:.](?P<minute2>\d\d))?\s*uhr\b(?P<rest2>.{0,20})",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"(?P<part>午前|午後|朝|昼|夕方|夜|深夜|夜中|今夜|早朝)?の?(?P<hour>\d{1,2})時(?!間)"),
}
_DIGIT = re.compile(r"\d")
_DIGITAL = re.compile(r"(?<![\d:])(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?![\d:])")
_MORNING = re.compile(r"ma[ñn]ana|madrugada|matin|du mat\b|morgens|früh|am morgen", re.IGNORECASE)
_LATE = re.compile(r"tarde|noche|soir|apr[eè]s-midi|abends|nachmittags|nachts", re.IGNORECASE)
_NIGHT_PARTS = frozenset({"夜", "深夜", "夜中", "今夜"})
_SIGNS = {
    "es": ("a las ", "son las ", "es la "),
    "fr": ("heure",),
    "de": ("uhr", "halb ", "kurz ", "viertel ", "gegen "),
}
_HALF_DAY = 12
_EARLIEST_EVENING = 5
_TIMES = (
    (0, "midnight"), (4, "night"), (6, "dawn"), (11, "morning"),
    (12, "noon"), (17, "afternoon"), (20, "evening"), (23, "night"),
)  # fmt: skip


def clock_time(language: str, text: str) -> str:
    """The time of day of the last clock time in ``text``; "" where there is none."""
    if language == "ja":
        text = text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    elif not _DIGIT.search(text) and not _spelt(language, text):
        return ""
    found = ""
    for match in _PATTERNS[language].finditer(text):
        groups = match.groupdict()
        word = (groups.get("hour") or groups.get("hour2") or "").lower()
        hour = int(word) if word.isdigit() else _HOURS[language].get(word, 99)
        rest = (groups.get("rest") or groups.get("rest2") or "") if language != "ja" else ""
        part = groups.get("part") or ""
        found = _named(_whole(hour, rest, part)) or found
    if not found and (match := _DIGITAL.search(text)):
        found = _named(int(match.group("hour")))
    return found


def _spelt(language: str, text: str) -> bool:
    low = text.lower()
    return any(sign in low for sign in _SIGNS[language])


def _whole(hour: int, rest: str, part: str) -> int:
    if part in {"午後", "夕方"} or (part in _NIGHT_PARTS and _EARLIEST_EVENING <= hour < _HALF_DAY):
        return hour + _HALF_DAY if hour < _HALF_DAY else hour
    if part in _NIGHT_PARTS and hour == _HALF_DAY:
        return 0
    late = _LATE.search(rest)
    if late and not _MORNING.search(rest[: late.start()]) and hour <= _HALF_DAY:
        if late.group().lower() in {"noche", "nachts"}:
            return hour % _HALF_DAY if hour < _EARLIEST_EVENING or hour == _HALF_DAY else hour + _HALF_DAY
        return hour + _HALF_DAY if hour < _HALF_DAY else hour
    return hour


def _named(hour: int) -> str:
    return next((name for last, name in _TIMES if hour <= last), "")

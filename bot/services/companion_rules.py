"""What a companion may be called and look like. Pure: text in, cleaned text out, or an error.

Names become webhook user names, so Discord's rules for those hold
(https://discord.com/developers/docs/resources/user#usernames-and-nicknames).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import ADULT_AGE, Companion, Look, fold_name
from bot.domain.errors import InvalidInputError, NameTakenError

MAX_NAME = 32
MAX_ALIASES = 5
MAX_PERSONA = 500
MAX_AGE = 120
MAX_DETAILS = 5
MAX_DETAIL = 60
LOOK_LIMITS = {"hair": 80, "eyes": 40, "skin": 40, "build": 40, "outfit": 120}
"""The most characters of each text of a look. None may be empty."""

_RESERVED_PARTS = ("discord", "clyde")
_RESERVED_NAMES = frozenset({"everyone", "here"})
_OURS = "darkroom"
"""Companions speak beside the bot, under names that look like its own."""
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
"""Whose letters look alike: a name of two of them passes for another name."""
_FORBIDDEN_SIGNS = frozenset("@#:`<>")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_JOINER = "\u200d"
_EMOJI_PARTS = frozenset({"So", "Sk", "Mn"})
_MAX_MARKS = 3


@dataclass(frozen=True, slots=True)
class NewCompanion:
    """A custom companion as its maker describes it. Both confirmations are the maker's own words."""

    name: str
    look: Look
    aliases: tuple[str, ...] = ()
    persona: str = ""
    is_adult: bool = False
    is_fictional: bool = False


def clean_line(text: str) -> str:
    """One line without control, bidirectional or invisible characters, single spaces only.

    A joiner stays inside an emoji, where it means something.
    """
    text = unicodedata.normalize("NFC", text)
    kept: list[str] = []
    for index, sign in enumerate(text):
        if sign.isspace():
            kept.append(" ")
        elif sign == _JOINER:
            neighbours = (*kept[-1:], *text[index + 1 : index + 2])
            if len(neighbours) > 1 and all(unicodedata.category(n) in _EMOJI_PARTS for n in neighbours):
                kept.append(sign)
        elif sign not in _BLANKS and unicodedata.category(sign) not in _DROPPED:
            kept.append(sign)
    return " ".join("".join(kept).split())


def checked_name(text: str, field: str = "The name") -> str:
    """A cleaned name or alias.

    Raises:
        InvalidInputError: it is empty, too long, or nothing that Discord takes as a name.
    """
    name = clean_line(text)
    if not 1 <= len(name) <= MAX_NAME:
        raise InvalidInputError(field, f"1 to {MAX_NAME} visible characters long")
    if _FORBIDDEN_SIGNS & set(name):
        raise InvalidInputError(field, "without the signs @ # : < > and back-ticks")
    folded = fold_name(name)
    if any(part in folded for part in _RESERVED_PARTS) or folded in _RESERVED_NAMES:
        raise InvalidInputError(
            field, "without “discord”, “clyde”, “everyone” and “here”, which Discord reserves"
        )
    if _OURS in "".join(sign for sign in folded if sign.isalnum()):
        raise InvalidInputError(field, "something else than mine, so that nobody takes it for me")
    if len({alphabet for alphabet in map(_alphabet, name) if alphabet}) > 1:
        raise InvalidInputError(field, "written in one alphabet")
    if not any(sign.isalnum() for sign in folded):
        raise InvalidInputError(field, "something with at least one letter or digit")
    if _longest_run_of_marks(name) > _MAX_MARKS:
        raise InvalidInputError(field, "readable, without stacks of accents")
    return name


def _alphabet(sign: str) -> str:
    """The one of :data:`_ALPHABETS` that a letter belongs to; empty for all other signs."""
    word = unicodedata.name(sign, "").partition(" ")[0]
    return word if word in _ALPHABETS else ""


def _longest_run_of_marks(text: str) -> int:
    longest = run = 0
    for sign in unicodedata.normalize("NFD", text):
        run = run + 1 if unicodedata.combining(sign) else 0
        longest = max(longest, run)
    return longest


def checked_aliases(texts: Iterable[str], name: str) -> tuple[str, ...]:
    """Cleaned aliases, each once, without the name itself.

    Raises:
        InvalidInputError: there are too many, or one is no name.
    """
    taken = {fold_name(name)}
    aliases: list[str] = []
    for text in texts:
        if not clean_line(text):
            continue
        alias = checked_name(text, "Each alias")
        if fold_name(alias) not in taken:
            taken.add(fold_name(alias))
            aliases.append(alias)
        if len(aliases) > MAX_ALIASES:
            raise InvalidInputError("The list of aliases", f"{MAX_ALIASES} names at most")
    return tuple(aliases)


def checked_persona(text: str) -> str:
    """A cleaned persona.

    Raises:
        InvalidInputError: it is too long.
    """
    persona = clean_line(text)
    if len(persona) > MAX_PERSONA:
        raise InvalidInputError("The persona", f"{MAX_PERSONA} characters long at most")
    return persona


def checked_look(look: Look) -> Look:
    """A look with cleaned texts inside their limits.

    Raises:
        InvalidInputError: a text is empty or too long, or the companion is no adult.
    """
    if not ADULT_AGE <= look.age <= MAX_AGE:
        raise InvalidInputError("The age", f"{ADULT_AGE} to {MAX_AGE}: every companion is an adult")
    texts: dict[str, str] = {}
    for field, limit in LOOK_LIMITS.items():
        texts[field] = clean_line(getattr(look, field))
        if not 1 <= len(texts[field]) <= limit:
            raise InvalidInputError(f"The {field}", f"1 to {limit} characters long")
    details = tuple(detail for detail in map(clean_line, look.details) if detail)
    if len(details) > MAX_DETAILS or any(len(detail) > MAX_DETAIL for detail in details):
        raise InvalidInputError("The details", f"{MAX_DETAILS} at most, each {MAX_DETAIL} characters at most")
    return replace(look, **texts, details=details)


def checked(new: NewCompanion) -> NewCompanion:
    """Everything about a new companion, cleaned.

    Raises:
        InvalidInputError: a value is outside its limits, or a confirmation is missing.
    """
    if not (new.is_adult and new.is_fictional):
        raise InvalidInputError("A companion", "an adult and nobody real; confirm both to go on")
    name = checked_name(new.name)
    return replace(
        new,
        name=name,
        aliases=checked_aliases(new.aliases, name),
        persona=checked_persona(new.persona),
        look=checked_look(new.look),
    )


def folded_names(companion: Companion) -> frozenset[str]:
    """Everything that a companion answers to, as names are compared."""
    return frozenset(fold_name(name) for name in (companion.name, *companion.aliases))


def check_names_free(names: Sequence[str], others: Iterable[Companion]) -> None:
    """Refuse names that somebody else here answers to.

    Raises:
        NameTakenError: one of them is another companion's name or alias.
    """
    taken = frozenset[str]().union(*map(folded_names, others))
    for name in names:
        if fold_name(name) in taken:
            raise NameTakenError(name)


def find_named(text: str, companions: Iterable[Companion]) -> Companion | None:
    """The companion with this id, else of this name, else with this alias, else the only one that begins so."""
    companions = tuple(companions)
    folded = fold_name(clean_line(text))
    by_alias: Companion | None = None
    by_name: Companion | None = None
    for companion in companions:
        if companion.companion_id == text:
            return companion
        if fold_name(companion.name) == folded:
            by_name = companion
        elif folded in folded_names(companion):
            by_alias = companion
    beginning = [c for c in companions if any(name.startswith(folded) for name in folded_names(c))]
    only = beginning[0] if folded and len(beginning) == 1 else None
    return by_name or by_alias or only


def suggested(typed: str, companions: Iterable[Companion], limit: int) -> tuple[Companion, ...]:
    """The companions that may be meant: names that begin so first, then those that have it inside."""
    folded = fold_name(clean_line(typed))
    ranked: list[tuple[int, str, Companion]] = []
    for companion in companions:
        names = folded_names(companion)
        if any(name.startswith(folded) for name in names):
            ranked.append((0, fold_name(companion.name), companion))
        elif any(folded in name for name in names):
            ranked.append((1, fold_name(companion.name), companion))
    return tuple(companion for _, _, companion in sorted(ranked, key=lambda row: row[:2])[:limit])

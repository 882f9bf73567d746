"""Ways to write a cue so that a person still reads it. Each returns None where it would hide nothing, or too much."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.safety.disguises import SMALL_WORDS

Disguise = Callable[[str], "str | None"]

_CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
_GREEK = str.maketrans("aeionptuvx", "αειοηρτυνχ")
_LEET = str.maketrans("aeiostg", "4310579")
_SMALL_CAPS = str.maketrans("abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")
_VOWEL = re.compile(r"[aeiou]")


def _latin(cue: str) -> bool:
    return cue.isascii()


def _shifted(start: str) -> Disguise:
    def write(cue: str) -> str | None:
        if not _latin(cue):
            return None
        return "".join(chr(ord(c) - ord("a") + ord(start)) if "a" <= c <= "z" else c for c in cue)

    return write


def _between(sign: str) -> Disguise:
    def write(cue: str) -> str | None:
        if not _latin(cue):
            return sign.join(cue) if sign.strip() or sign == " " else None
        return "  ".join(sign.join(word) for word in cue.split())

    return write


def _mapped(table: Mapping[int, int]) -> Disguise:
    def write(cue: str) -> str | None:
        changed = cue.translate(table)
        return changed if changed != cue and _latin(cue) else None

    return write


def _leet(cue: str) -> str | None:
    """Digits for some letters; a word that would be digits alone is a number."""
    changed = " ".join(word.translate(_LEET) for word in cue.split())
    readable = all(re.search("[a-z]", word) for word in changed.split())
    return changed if changed != cue and _latin(cue) and readable else None


def _long(cue: str) -> str | None:
    """The first vowel drawn out."""
    changed = _VOWEL.sub(lambda vowel: vowel.group() * 4, cue, count=1)
    return changed if changed != cue and _latin(cue) else None


def _starred(cue: str) -> str | None:
    """A vowel within each word as an asterisk; what is left must still say which word it is."""
    words = [re.sub(r"(?<=[a-z])[aeiou](?=[a-z])", "*", word, count=1) for word in cue.split()]
    changed = " ".join(words)
    return changed if changed != cue and _latin(cue) else None


def _in_two(cue: str) -> str | None:
    """Broken by a space in the middle of the longest word; not where both halves are words of their own."""
    words = cue.split()
    longest = max(words, key=len)
    half = len(longest) // 2
    pieces = longest[:half], longest[half:]
    if not _latin(cue) or len(longest) < 4 or any(piece in SMALL_WORDS for piece in pieces):
        return None
    return cue.replace(longest, " ".join(pieces), 1)


def _invisible(cue: str) -> str | None:
    return "\u200b".join(cue)


def _tagged(cue: str) -> str | None:
    return "".join(chr(0xE0000 + ord(c)) for c in cue) if _latin(cue) else None


def _marked(cue: str) -> str | None:
    return "".join(c + "\u0336" for c in cue) if _latin(cue) else None


def _spoiler(cue: str) -> str | None:
    return f"||{cue[:2]}**{cue[2:]}**||" if _latin(cue) and len(cue) > 3 else f"||{cue}||"


DISGUISES: dict[str, Disguise] = {
    "plain": lambda cue: cue,
    "capitals": lambda cue: cue.upper() if _latin(cue) else None,
    "full width": _shifted("ａ"),
    "mathematical": _shifted("𝓪"),
    "circled": _shifted("ⓐ"),
    "squared": _shifted("🅰"),
    "regional": _shifted("🇦"),
    "cyrillic": _mapped(_CYRILLIC),
    "greek": _mapped(_GREEK),
    "small capitals": _mapped(_SMALL_CAPS),
    "leetspeak": _leet,
    "spaced": _between(" "),
    "dotted": _between("."),
    "starred between": _between("*"),
    "underscored": _between("_"),
    "emoji between": _between("🌸"),
    "lines": _between("\n"),
    "drawn out": _long,
    "vowel starred": _starred,
    "in two": _in_two,
    "zero width": _invisible,
    "tag characters": _tagged,
    "struck through": _marked,
    "spoiler": _spoiler,
}

# ---------------------------------------------------------------------------------------- written last


def _signs(cue: str) -> str | None:
    changed = cue.translate(str.maketrans("asi", "@$!"))
    return changed if changed != cue and _latin(cue) else None


def _leet_spaced(cue: str) -> str | None:
    hidden = _leet(cue)
    return None if hidden is None else "  ".join(" ".join(word) for word in hidden.split())


def _long_end(cue: str) -> str | None:
    return cue + cue[-1] * 3 if _latin(cue) else None


def _thrice(cue: str) -> str | None:
    return "".join(letter * 3 if letter != " " else letter for letter in cue) if _latin(cue) else None


def _hashed(cue: str) -> str | None:
    """The last vowel within each word as a hash sign."""
    changed = " ".join(re.sub(r"(?<=[a-z])[aeiou](?=[a-z]+$)", "#", word, count=1) for word in cue.split())
    return changed if changed != cue and _latin(cue) else None


def _mirrored(cue: str) -> str | None:
    return cue[::-1] if _latin(cue) and " " not in cue and len(cue) > 4 else None


def _no_vowels(cue: str) -> str | None:
    bare = cue[0] + _VOWEL.sub("", cue[1:])
    return bare if _latin(cue) and " " not in cue and len(bare) > 4 and bare != cue else None


def _hashtag(cue: str) -> str | None:
    return "#" + "".join(word.capitalize() for word in cue.split()) if _latin(cue) else None


def _in_three(cue: str) -> str | None:
    words = cue.split()
    longest = max(words, key=len)
    if not _latin(cue) or len(longest) < 6:
        return None
    third = len(longest) // 3
    pieces = longest[:third], longest[third : 2 * third], longest[2 * third :]
    return (
        None if all(piece in SMALL_WORDS for piece in pieces) else cue.replace(longest, " ".join(pieces), 1)
    )


def _alternating(cue: str) -> str | None:
    if not _latin(cue):
        return None
    return "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(cue))


def _mixed(cue: str) -> str | None:
    if not _latin(cue):
        return None
    return "".join(c.translate(_CYRILLIC if place % 2 else _GREEK) for place, c in enumerate(cue))


HOLDOUT: dict[str, Disguise] = {
    "fraktur": _shifted("𝖆"),
    "double struck": _shifted("𝕒"),
    "in parentheses": _shifted("⒜"),
    "hyphened": _between("-"),
    "slashed": _between("/"),
    "with commas": _between(","),
    "with tildes": _between("~"),
    "soft hyphens": "\u00ad".join,
    "right to left": lambda cue: f"\u202b{cue}\u202c",
    "signs": _signs,
    "leetspeak spaced": _leet_spaced,
    "long end": _long_end,
    "every letter thrice": _thrice,
    "hashed vowel": _hashed,
    "mirrored": _mirrored,
    "no vowels": _no_vowels,
    "hashtag": _hashtag,
    "HTML": lambda cue: "".join(f"&#{ord(c)};" for c in cue),
    "percent": lambda cue: "".join(f"%{ord(c):02x}" for c in cue) if _latin(cue) else None,
    "heaped accents": lambda cue: "".join(c + "\u0301\u0316\u0334" for c in cue) if _latin(cue) else None,
    "in three": _in_three,
    "in brackets": lambda cue: "".join(f"[{c}]" if c != " " else c for c in cue) if _latin(cue) else None,
    "alternating": _alternating,
    "mixed scripts": _mixed,
}
"""Written when the rules were done, to see how they do on what they were not made with."""

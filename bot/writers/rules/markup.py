"""From a Discord message to passages: what is done, what is said, what is only quoted."""

# ruff: noqa: C901 -- a rule is a list of cases

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from bot.writers.rules.foreign_lexicon import opens_deed

_SHORTEST_VERB = 3
MESSAGE_LIMIT = 12_000
"""Characters read of one message, its end: Discord allows 4,000, the CLI anything."""


class Voice(enum.Enum):
    """How a passage is meant."""

    ACTION = "action"
    """Between asterisks, or a ``/me``: the speaker does it."""
    SPEECH = "speech"
    """What the speaker says, or plain chat."""
    NARRATION = "narration"
    """Prose around quoted speech, or a narrator's text."""
    QUOTE = "quote"
    """Inside quotation marks: sets nothing but who is spoken to."""
    HEADER = "header"
    """A scene heading: ``[Setting: docks, night]``."""

    __hash__ = object.__hash__
    """Enum's own is Python code."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one message in one voice."""

    voice: Voice
    text: str


_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_CURLY = {
    "\u2019": "'",
    "\u2018": "'",
    "\u02bc": "'",
    "\uff07": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u201e": '"',
    "\u201f": '"',
    "\u00ab": '"',
    "\u00bb": '"',
    "\u300c": '"',
    "\u300d": '"',
    "\u300e": '"',
    "\u300f": '"',
    "\uff0a": "*",
    "\u00a0": " ",
    "\u3000": " ",
}
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_LINKS = re.compile(
    r"<(?:@[!&]?|#|a?:\w{1,64}:|/|t:)[^<>\n]{0,80}>|\bhttps?://\S+|\bwww\.\S+|:[a-z0-9_+\-]{2,40}:"
)
_OOC = re.compile(
    r"(?=[({\[<（/>]|^[ \tohb])(?:"  # what it may open with: nearly everywhere the rest is not looked at
    r"\(\(.*?(?:\)\)|\Z)"
    r"|\{\{?.*?(?:\}\}?|\n|\Z)"
    r"|[\[(<（]\s*(?:ooc|o\.o\.c|off[- ]?rp|hors[- ]?rp|hrp|fdr|fuera de (?:rol|personaje)|fdp|hors[- ]?jeu"
    r"|au(?:ß|ss)erhalb der rolle|off[- ]topic|※|中の人|背後)\b.*?(?:[\])>）]|\n|\Z)"
    r"|^[ \t]*(?:/ooc\b|//|ooc\s*[:;\-–—]|o\.o\.c\.?\s*[:\-]|ooc\b|hrp\s*:|brb\b).*?$"
    r"|(?<!:)//.*?$"
    r"|^[ \t]*>.*?$"
    r"|（（.*?(?:））|\Z))",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_OOC_SIGNS = (
    "((",
    "//",
    "ooc",
    "OOC",
    "Ooc",
    ">",
    "{",
    "（（",
    "hrp",
    "HRP",
    "brb",
    "o.o.c",
    "off",
    "Off",
    "OFF",
    "fdr",
    "uera de ",
    "hors",
    "Hors",
    "der rolle",
    "der Rolle",
    "fdp",
    "※",
    "中の人",
    "背後",
)
_LABEL = (
    r"(?:scene change|new scene|change of scene|cut to|fade to|fade in on"
    r"|chapter \w+|act \w+|part \w+|scene \w+|setting|scene|location|place|time|time of day|weather"
    r"|where|when|ambience|atmosphere"
    r"|scenario|date|current location"
    r"|lugar|escena|ubicaci[oó]n|hora|clima|tiempo|lieu|sc[eè]ne|d[eé]cor|heure|m[eé]t[eé]o|endroit|moment"
    r"|ort|szene|schauplatz|zeit|uhrzeit|wetter|場所|場面|シーン|時間|天気|舞台|時刻)"
)
_HEADER = re.compile(
    r"^[ \t]*(?:"
    r"[\[【](?P<square>[^\]】\n]{2,200})[\]】]"
    r"|(?P<bold>\*\*(?!\*)[^*\n]{2,160}\*\*)"
    r"|~+[ \t]*(?P<tilde>[^~\n]{2,160}?)[ \t]*~+"
    r"|-{2,}[ \t]*(?P<dash>[^\-\n][^\n]{1,160}?)[ \t]*-{2,}"
    r"|={2,}[ \t]*(?P<equals>[^=\n]{2,160}?)[ \t]*={2,}"
    r"|#{1,4}[ \t]+(?P<hash>[^\n]{2,160}?)[ \t#]*"
    r"|(?P<slug>(?:INT|EXT|INT/EXT|I/E)\.[^\n]{2,160}?)"
    r"|[📍🗺🎬🌆🏙🌃][ \t]*(?P<pin>[^\n]{2,160}?)"
    r"|[*_(]{0,3}[ \t]*(?P<label>" + _LABEL + r"[ \t]*[:：][^\n*_]{2,200}?)[*_)]{0,3}"
    r")[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_SIGNS = frozenset("[【*~-=#📍🗺🎬🌆🏙🌃:：.")
_STARS = re.compile(r"\*{1,3}([^*]{1,4000}?)(?:\*{1,3}|\Z)|(?<![\w_])_{1,2}([^_\n]{3,2000}?)_{1,2}(?![\w_])")
_ONLY_STARS = re.compile(r"\*\*{0,2}([^*]{1,4000}+)(?:\*{1,3}|\Z)")
"""The same where there is no "_": it begins with one sign, which is found many times faster."""
_ME = re.compile(r"^[ \t]*/me[ \t]+(.+?)$", re.MULTILINE)
_QUOTED = re.compile(r'"([^"]{0,4000}?)(?:"|\Z)')
_BRACKETED = re.compile(r"[(\[（]([^()\[\]（）\n]{3,600})[)\]）]")
_DASHED = re.compile(
    r"(?:^|(?<=\s))(?:-|~|::|<|\+)[ ]?([a-z][^\n~:<>+]{3,300}?)[ ]?(?:-|~|::|>|\+)(?=\s|$)", re.MULTILINE
)
_LONG = 1_000
_RUN = re.compile(r"(\S)\1{30,}")
"""One character again and again says no more than four of it."""
_HALF = re.compile(r"\b([ap])\.m\.?", re.IGNORECASE)
_SINGLE_QUOTED = re.compile(r"'(?<![\w']')(?=[\w])([^'\n]{2,200}?[ ,][^'\n]{1,200}?)'(?!\w)")
_SUNG = re.compile(r"(?<![~\w])~(?=[^\s~])([^~\n]{6,200}[^\s~])~(?!~)")
_SONG = re.compile(r"[♪♫🎵🎶][^♪♫🎵🎶\n]*(?:[♪♫🎵🎶]+|$)", re.MULTILINE)
_SONG_SIGNS = ("♪", "♫", "🎵", "🎶")


def clean(text: str) -> str:
    """The text without what no one in the scene says: code, links, mentions, out-of-character talk, songs."""
    if len(text) > MESSAGE_LIMIT:
        text = text[-MESSAGE_LIMIT:]
    if len(text) > _LONG:
        text = _RUN.sub(r"\1\1\1\1", text)
    if not text.isascii():
        text = _straight(_INVISIBLE.sub("", text))
        if any(sign in text for sign in _SONG_SIGNS):
            text = _SONG.sub(" ", text)
    if "`" in text:
        text = _CODE.sub(" ", text)
    if "<" in text or "http" in text or "www" in text or ":" in text:
        text = _LINKS.sub(" ", text)
    if ".m" in text:
        text = _HALF.sub(lambda match: match.group(1) + "m", text)
    if "'" in text:
        text = _SINGLE_QUOTED.sub(r'"\1"', text)
    if text.count("~") > 1:
        text = _SUNG.sub(r'"\1"', text)
    if "||" in text:
        text = text.replace("||", " ")
    if "~~" in text:
        text = re.sub(r"~~[^~\n]{1,500}~~", " ", text)
    if any(sign in text for sign in _OOC_SIGNS):
        text = _OOC.sub(" ", text)
    return text


def _straight(text: str) -> str:
    """Quotation marks and the like as they are typed; for these few many times faster than str.translate."""
    for sign, plain in _CURLY.items():
        text = text.replace(sign, plain)
    return text


def passages(text: str) -> list[Passage]:
    """Split a cleaned message into passages, in order.

    Asterisks decide first: with them, the rest is speech. Without, double quotes decide: around
    them is narration. With neither, all of it is speech (the reader may find it to be prose).
    """
    found: list[Passage] = []
    position = 0
    if not _HEADER_SIGNS.isdisjoint(text):
        for match in _HEADER.finditer(text):
            body = next(group for group in match.groups() if group)
            if match.lastgroup == "bold":
                body = body.strip("*")
            if match.lastgroup == "square" and _looks_done(body):
                continue
            _split(text[position : match.start()], found)
            found.append(Passage(Voice.HEADER, body))
            position = match.end()
    _split(text[position:], found)
    return found


def _looks_done(body: str) -> bool:
    """Whether ``[leans back]`` is an action rather than a heading."""
    first = body.split(maxsplit=1)[0]
    return ":" not in body and first.islower() and (first.endswith(("s", "ing"))) and len(body.split()) > 1


def _split(text: str, found: list[Passage]) -> None:
    if not text or text.isspace():
        return
    if "/me " in text:
        text = _ME.sub(r"*\1*", text)
    if "*" in text or "_" in text:
        _split_starred(text, found)
    else:
        _split_unstarred(text, found, starred=False)


def _split_starred(text: str, found: list[Passage]) -> None:
    pieces: list[Passage] = []
    position = 0
    pending = ""
    for match in (_STARS if "_" in text else _ONLY_STARS).finditer(text):
        body = match[match.lastindex or 0]
        if not _is_action(body):
            pending += text[position : match.start()] + body
            position = match.end()
            continue
        before = pending + text[position : match.start()]
        pending = ""
        position = match.end()
        if before.strip():
            pieces.append(Passage(Voice.SPEECH, before))
        pieces.append(Passage(Voice.ACTION, body))
    rest = pending + text[position:]
    if rest.strip():
        pieces.append(Passage(Voice.SPEECH, rest))
    starred = any(piece.voice is Voice.ACTION for piece in pieces)
    for piece in pieces:
        if piece.voice is Voice.SPEECH:
            _split_unstarred(piece.text, found, starred=starred)
        else:
            _add_quoted(piece.text, Voice.ACTION, found)


def _is_action(body: str) -> bool:
    """One starred word is an action only where it looks like a verb (``*smiles*``, not ``*really*``)."""
    words = body.split()
    if len(words) >= 2:  # noqa: PLR2004 two words make a phrase
        return True
    return bool(words) and (
        not words[0].isascii()
        or words[0].lower().rstrip(".!?~").endswith(("s", "ing", "ed"))
        or words[0].lower().rstrip(".!?~") in {"gone", "poof"}
        or opens_deed(body)
    )


def _split_unstarred(text: str, found: list[Passage], *, starred: bool) -> None:
    position = 0
    for pattern, signs in ((_BRACKETED, "([（"), (_DASHED, "-~:<+")):
        if any(sign in text for sign in signs):
            position = 0
            rebuilt: list[Passage] = []
            for match in pattern.finditer(text):
                body = match.group(1)
                if not _done_by_speaker(body):
                    continue
                rebuilt.append(Passage(Voice.SPEECH, text[position : match.start()]))
                rebuilt.append(Passage(Voice.ACTION, body))
                position = match.end()
            if rebuilt:
                rebuilt.append(Passage(Voice.SPEECH, text[position:]))
                for piece in rebuilt:
                    if piece.voice is Voice.ACTION:
                        _add_quoted(piece.text, Voice.ACTION, found)
                    elif piece.text.strip():
                        _add_quoted(piece.text, Voice.SPEECH, found)
                return
    if '"' in text and not starred:
        _add_quoted(text, Voice.NARRATION, found)
    else:
        _add_quoted(text, Voice.SPEECH, found)


def _done_by_speaker(body: str) -> bool:
    first = body.split(maxsplit=1)[0] if body.strip() else ""
    if not first.isascii() or (first.islower() and opens_deed(body)):
        return True
    return (
        first.islower()
        and first.endswith(("s", "ing"))
        and len(first) > _SHORTEST_VERB
        and first not in {"this", "was", "yes", "its"}
    )


def _add_quoted(text: str, voice: Voice, found: list[Passage]) -> None:
    if '"' not in text:
        if text.strip():
            found.append(Passage(voice, text))
        return
    position = 0
    for match in _QUOTED.finditer(text):
        before = text[position : match.start()]
        if before.strip():
            found.append(Passage(voice, before))
        if match.group(1).strip():
            found.append(Passage(Voice.QUOTE, match.group(1)))
        position = match.end()
    if text[position:].strip():
        found.append(Passage(voice, text[position:]))

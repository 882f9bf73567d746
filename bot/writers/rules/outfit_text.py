"""The words of an outfit taken apart, changed piece by piece, and put together again as they were."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from dataclasses import dataclass

from bot.writers.rules.garments import find_garments
from bot.writers.rules.sentences import sentences
from bot.writers.rules.vocabulary import Vocabulary

_SHADES = frozenset("dark light pale bright deep neon pastel".split())
_ARTICLES = frozenset({"a", "an"})
_LINKS = frozenset("and over under with , ; a an the her his their plus in beneath".split())
_BODY = frozenset({"full", "top", "bottom", "outer"})
_KINDS = (
    frozenset("dress gown sundress ballgown minidress kimono yukata sari".split()),
    frozenset("pants trousers jeans slacks chinos leggings joggers sweatpants khakis".split()),
    frozenset("shirt t-shirt tshirt tee blouse top tunic polo henley".split()),
    frozenset("sweater jumper pullover turtleneck sweatshirt hoodie".split()),
    frozenset("jacket blazer coat raincoat overcoat parka windbreaker peacoat".split()),
    frozenset("shoes boots sneakers heels sandals loafers trainers flats".split()),
    frozenset("hat cap beanie beret fedora sunhat".split()),
    frozenset("glasses spectacles sunglasses shades".split()),
    frozenset("suit tuxedo tux".split()),
    frozenset("tie necktie".split()),
    frozenset("swimsuit bikini".split()),
)
"""Garments that a word may stand for one another of: "the dress" of an evening gown."""
OUTFIT_WORDS = frozenset("outfit clothes clothing attire costume garb wardrobe ensemble".split())
"""Everything that is worn."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A garment in an outfit: how it is tied to the one before ("over a"), its words, noun and slot."""

    link: str
    text: str
    noun: str
    slot: str


def pieces_of(text: str, vocabulary: Vocabulary) -> list[Piece]:
    """The garments of an outfit in order; words that are none stay with the piece before them."""
    found: list[Piece] = []
    for sentence in sentences(text):
        vocabulary.index.mark(sentence)
        words = sentence.words
        at = 0
        garments = find_garments(sentence, 0, len(words), vocabulary, -1)
        for one in garments:
            link_start = one.start
            while link_start > at and words[link_start - 1] in _LINKS:
                link_start -= 1
            if link_start > at and found:
                before = found[-1]
                found[-1] = Piece(
                    before.link, f"{before.text} {_joined(words[at:link_start])}", before.noun, before.slot
                )
            stop = one.end
            found.append(
                Piece(
                    _joined(words[link_start : one.start]),
                    _joined(words[one.start : stop]),
                    one.garment.noun,
                    one.garment.slot,
                )
            )
            at = stop
        rest = _joined(words[at:])
        if rest:
            if found:
                before = found[-1]
                found[-1] = Piece(before.link, f"{before.text} {rest}", before.noun, before.slot)
            else:
                found.append(Piece("", rest, "", "full"))
    return found


def text_of(pieces: list[Piece]) -> str:
    """The outfit again as words."""
    text = ""
    for number, piece in enumerate(pieces):
        if not number:
            text = piece.text
            continue
        link = piece.link or ","
        words = link.split()
        if words[-1] in _ARTICLES:
            words[-1] = "an" if piece.text[:1] in "aeiou" else "a"
        link = " ".join(words)
        text += f"{link} {piece.text}" if link.startswith(",") else f" {link} {piece.text}"
    return text


def _joined(words: list[str]) -> str:
    return " ".join(words).replace(" ,", ",").replace(" 's", "'s")


def means(piece: Piece, noun: str) -> bool:
    """Whether a noun of an edit can mean this garment."""
    wanted, has = noun.rsplit(maxsplit=1)[-1], piece.noun.split()[-1] if piece.noun else ""
    if not has:
        return False
    if wanted.rstrip("s") == has.rstrip("s"):
        return True
    return has.endswith(wanted) or any(wanted in kind and has in kind for kind in _KINDS)


def matching(pieces: list[Piece], noun: str) -> list[int]:
    """Which pieces a noun means, those of just that noun before others of its kind."""
    exact = [at for at, piece in enumerate(pieces) if piece.noun == noun or piece.noun.endswith(f" {noun}")]
    same = [
        at
        for at, piece in enumerate(pieces)
        if piece.noun and piece.noun.split()[-1] == noun.rsplit(maxsplit=1)[-1]
    ]
    return exact or same or [at for at, piece in enumerate(pieces) if means(piece, noun)]


def recoloured(text: str, colour: str, vocabulary: Vocabulary) -> str:
    """A garment's words with another colour in the place of its own."""
    words = text.split()
    colours = [
        at
        for at, word in enumerate(words)
        if word in vocabulary.colours
        and not (word in _SHADES and (at + 1 >= len(words) or words[at + 1] not in vocabulary.colours))
    ]
    if not colours:
        return f"{colour} {text}"
    first, last = colours[0], colours[-1]
    if words[first : last + 1] and any(
        word not in vocabulary.colours and word != "and" for word in words[first : last + 1]
    ):
        last = first
    return " ".join([*words[:first], colour, *words[last + 1 :]])


def put_on(pieces: list[Piece], piece: Piece, *, besides: bool = False) -> list[Piece]:
    """The outfit with one more garment, in the place of what it replaces.

    A dress or a suit replaces what covers the body; else one garment a part of the body. ``besides``:
    an accessory or a jacket joins what is worn.
    """
    if piece.slot == "full":
        gone = [at for at, old in enumerate(pieces) if old.slot in _BODY]
    elif piece.slot in {"top", "bottom"}:
        gone = [at for at, old in enumerate(pieces) if old.slot in {piece.slot, "full"}]
    elif piece.slot == "accessory" or besides:
        gone = [at for at, old in enumerate(pieces) if means(old, piece.noun)]
    else:
        gone = [at for at, old in enumerate(pieces) if old.slot == piece.slot or means(old, piece.noun)]
    if not gone:
        return [*pieces, Piece(",", piece.text, piece.noun, piece.slot)]
    changed = [*pieces]
    changed[gone[0]] = Piece(pieces[gone[0]].link, piece.text, piece.noun, piece.slot)
    return without(changed, gone[1:])


def without(pieces: list[Piece], gone: list[int]) -> list[Piece]:
    """The outfit without some of its garments."""
    kept: list[Piece] = []
    lost_before = False
    for at, piece in enumerate(pieces):
        if at in gone:
            lost_before = True
            continue
        link = piece.link
        if lost_before and kept and {"over", "under", "with"} & set(link.split()):
            link = ","
        kept.append(Piece(link, piece.text, piece.noun, piece.slot))
        lost_before = False
    return kept

"""A scene while it is edited: each change is one method, and what none of them touches stays as it was."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.companion import Companion
from bot.domain.scene import Scene
from bot.writers.rules.draft import Draft
from bot.writers.rules.outfit_text import (
    OUTFIT_WORDS,
    Piece,
    matching,
    pieces_of,
    put_on,
    recoloured,
    text_of,
    without,
)
from bot.writers.rules.vocabulary import Vocabulary

_MOVES = (
    "walking",
    "running",
    "dancing",
    "jumping",
    "jogging",
    "swimming",
    "riding",
    "strolling",
    "climbing",
    "sprinting",
    "skating",
    "leaping",
    "flying",
    "hiking",
    "marching",
)
_TIMED_LIGHT = frozenset(
    "morning noon afternoon sunset dusk evening night midnight dawn sunrise golden moonlight sunlight starlight"
    " daylight moonlit sunlit".split()
)
_DARK = frozenset({"night", "midnight"})
_TIES = frozenset(
    "in on at of inside along through across into onto over by near beside under down up the a an her his their".split()
)


@dataclass(slots=True)
class EditedFigure:
    """One of the cast; ``outfit`` is None as long as the scene says nothing of it."""

    outfit: list[Piece] | None
    usual: str
    said: str
    action: str
    pose: str
    expression: str


class EditedScene:
    """The scene with the changes so far."""

    def __init__(self, scene: Scene, cast: Sequence[Companion], vocabulary: Vocabulary) -> None:
        self._from = scene
        self._vocabulary = vocabulary
        self.figures = [
            EditedFigure(
                None, companion.look.outfit, figure.outfit, figure.action, figure.pose, figure.expression
            )
            for figure, companion in zip(scene.figures, cast, strict=True)
        ]
        self.setting = scene.setting
        self.time = scene.time_of_day
        self.weather = scene.weather
        self.light = scene.light
        self.mood = scene.mood
        self.framing = scene.framing
        self.details = list(scene.details)

    def scene(self) -> Scene:
        """The scene that it has become."""
        return replace(
            self._from,
            figures=tuple(
                replace(
                    before,
                    action=figure.action,
                    pose=figure.pose,
                    expression=figure.expression,
                    outfit=figure.said if figure.outfit is None else text_of(figure.outfit),
                )
                for before, figure in zip(self._from.figures, self.figures, strict=True)
            ),
            setting=self.setting,
            time_of_day=self.time,
            weather=self.weather,
            light=self.light,
            mood=self.mood,
            framing=self.framing,
            details=tuple(dict.fromkeys(self.details)),
        )

    def take(self, draft: Draft) -> bool:
        """Put all that a draft says into the scene; False where it says nothing."""
        for person, figure in enumerate(draft.figures):
            if figure.garments:
                self.dress(person, [Piece(",", *garment) for garment in figure.garments], whole=False)
            self.pose(person, ", ".join(figure.poses), ", ".join(figure.deeds), ", ".join(figure.faces))
        if draft.setting and draft.setting_is_plain:
            self.move(draft.setting)
        if draft.time:
            self.tell_time(draft.time)
        self.weather = draft.weather or self.weather
        self.light = ", ".join(draft.lights) or self.light
        self.mood = draft.mood or self.mood
        self.framing = ", ".join(draft.framings) or self.framing
        for detail in draft.details:
            self.note(detail)
        return draft.says_something()

    def note(self, detail: str) -> None:
        """Keep words that no field is for; what they take back ("a cat" after "without a cat") goes."""
        if not detail:
            return
        opposite = detail.removeprefix("without ") if detail.startswith("without ") else f"without {detail}"
        self.details = [old for old in self.details if old != opposite]
        self.details.append(detail)

    # -- clothes --------------------------------------------------------------------------------

    def _worn(self, person: int) -> list[Piece]:
        figure = self.figures[person]
        if figure.outfit is not None:
            return figure.outfit
        return pieces_of(figure.said or figure.usual, self._vocabulary)

    def wearers(self, noun: str) -> tuple[int, ...]:
        """Who wears such a garment, in the scene or, where it says nothing, as usual."""
        exact = tuple(
            person
            for person in range(len(self.figures))
            if any(
                piece.noun and piece.noun.split()[-1] == noun.rsplit(maxsplit=1)[-1]
                for piece in self._worn(person)
            )
        )
        return exact or tuple(
            person for person in range(len(self.figures)) if matching(self._worn(person), noun)
        )

    def recolour(self, person: int, noun: str, colour: str, slot: str) -> None:
        """The garment in another colour; who wears none puts one on."""
        pieces = self._worn(person)
        at = matching(pieces, noun)
        if not at:
            self.figures[person].outfit = put_on(pieces, Piece(",", f"{colour} {noun}", noun, slot))
            return
        self.figures[person].outfit = [
            replace(piece, text=recoloured(piece.text, colour, self._vocabulary)) if number in at else piece
            for number, piece in enumerate(pieces)
        ]

    def describe(self, person: int, noun: str, how: str) -> None:
        """One more word for a garment: "longer"."""
        pieces = self._worn(person)
        at = matching(pieces, noun)
        self.figures[person].outfit = [
            replace(piece, text=f"{how} {piece.text}") if number in at else piece
            for number, piece in enumerate(pieces)
        ]

    def exchange(self, person: int, noun: str, garments: list[Piece]) -> None:
        """One garment for others."""
        pieces = self._worn(person)
        at = matching(pieces, noun)
        if at and len(garments) == 1 and (garments[0].slot == "full") is (pieces[at[0]].slot == "full"):
            first = pieces[at[0]]
            changed = [*pieces]
            changed[at[0]] = replace(garments[0], link=first.link)
            self.figures[person].outfit = without(changed, at[1:])
            return
        self.figures[person].outfit = without(pieces, at)
        self.dress(person, garments, whole=False)

    def dress(self, person: int, garments: list[Piece], *, whole: bool) -> None:
        """Put garments on; ``whole``: they are all that covers the body."""
        pieces = self._worn(person)
        if any(garment.noun in OUTFIT_WORDS for garment in garments):
            self.figures[person].outfit = garments
            return
        if whole and any(piece.slot in {"full", "top", "bottom"} for piece in garments):
            pieces = [piece for piece in pieces if piece.slot in {"feet", "head", "accessory"}]
            keep = [
                piece
                for piece in pieces
                if not any(piece.slot == new.slot and piece.slot != "accessory" for new in garments)
            ]
            self.figures[person].outfit = [*garments, *keep]
            return
        for garment in garments:
            same = matching(pieces, garment.noun)
            if same and garment.slot != "full" and pieces[same[0]].noun != garment.noun:
                pieces = put_on(pieces, garment)
            elif same and garment.text == garment.noun:
                continue
            elif same:
                changed = [*pieces]
                changed[same[0]] = replace(garment, link=pieces[same[0]].link)
                pieces = without(changed, same[1:])
            else:
                pieces = put_on(pieces, garment)
        self.figures[person].outfit = pieces

    def take_off(self, person: int, noun: str, text: str) -> bool:
        """Take a garment off; False where it is not worn."""
        pieces = self._worn(person)
        at = matching(pieces, noun)
        described = [
            number for number in at if all(word in pieces[number].text.split() for word in text.split())
        ]
        at = described or at
        if not at or len(at) == len(pieces):
            return False
        self.figures[person].outfit = without(pieces, at)
        return True

    # -- bodies ---------------------------------------------------------------------------------

    def pose(self, person: int, pose: str, action: str, expression: str) -> None:
        """Take a new pose, deed or face; a pose ends walking and dancing, and these end a pose."""
        figure = self.figures[person]
        if pose:
            figure.pose = pose
            if figure.action.startswith(_MOVES):
                figure.action = ""
        if action:
            figure.action = action
            if action.startswith(_MOVES) and not pose:
                figure.pose = ""
        if expression:
            figure.expression = expression

    def hold(self, person: int, deed: str) -> None:
        """One more thing in somebody's hands."""
        figure = self.figures[person]
        figure.action = f"{figure.action}, {deed}" if figure.action else deed

    # -- surroundings ---------------------------------------------------------------------------

    def move(self, setting: str) -> None:
        """The scene is elsewhere: what people do no longer speaks of the old place."""
        if self.setting and setting.lower() != self.setting.lower():
            for figure in self.figures:
                figure.pose = _cut_place(figure.pose, self.setting)
                figure.action = _cut_place(figure.action, self.setting)
        self.setting = setting

    def tell_time(self, time: str) -> None:
        """Another time of day; light of the old one goes, and no sun shines at night."""
        if time != self.time and not _TIMED_LIGHT.isdisjoint(self.light.lower().split()):
            self.light = ""
        if time in _DARK and self.weather == "sunny":
            self.weather = "clear"
        self.time = time

    def end_weather(self, weather: str) -> bool:
        """This weather is over; False where it was not so."""
        self.details = [
            detail
            for detail in self.details
            if not weather or weather not in detail.split() or detail.startswith("without")
        ]
        if weather and self.weather == weather:
            self.weather = ""
            return True
        return False

    # -- things ---------------------------------------------------------------------------------

    def drop_thing(self, thing: str, people: Sequence[int]) -> bool:
        """A thing goes from the details, the deeds and the faces; False where it is in none."""
        if not thing:
            return False
        pattern = re.compile(rf"\b{re.escape(thing)}s?\b")
        kept = [
            detail
            for detail in self.details
            if not pattern.search(detail.lower()) or detail.startswith("without ")
        ]
        done = len(kept) < len(self.details)
        self.details = kept
        for person in people:
            figure = self.figures[person]
            for name in ("action", "pose", "expression"):
                text: str = getattr(figure, name)
                parts = [part for part in text.split(", ") if not pattern.search(part.lower())]
                if ", ".join(parts) != text:
                    setattr(figure, name, ", ".join(parts))
                    done = True
        return done

    def exchange_thing(self, thing: str, other: str, people: Sequence[int]) -> bool:
        """One thing for another in details and deeds; False where it is in none."""
        pattern = re.compile(rf"\b(?P<article>(?:an?|the) )?{re.escape(thing)}\b", re.IGNORECASE)
        done = False

        def changed(text: str) -> str:
            nonlocal done
            found = pattern.search(text)
            if found is None:
                return text
            done = True
            article = found.group("article") or ""
            if article.strip().lower() in {"a", "an"}:
                article = "an " if other[:1] in "aeiou" else "a "
            return text[: found.start()] + article + other + text[found.end() :]

        self.details = [changed(detail) for detail in self.details]
        for person in people:
            figure = self.figures[person]
            figure.action, figure.pose = changed(figure.action), changed(figure.pose)
        return done


def _cut_place(text: str, setting: str) -> str:
    """A deed without the place at its end: "walking along the beach" elsewhere is "walking"."""
    words, place = text.split(), setting.lower().split()
    low = [word.lower() for word in words]
    for length in range(len(place), 0, -1):
        if low[-length:] == place[-length:] and len(words) > length:
            words = words[:-length]
            while len(words) > 1 and words[-1].lower() in _TIES:
                words.pop()
            return " ".join(words)
    return text

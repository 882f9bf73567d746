"""From a job to what is drawn: the scene's words, the looks and the seed decide everything here.

Pure: the same job gives the same plan. Every random choice is keyed by the aspect of the picture it is about,
so that another dress colour moves nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.backends.sketch.belongings import Belongings, Carried
from bot.backends.sketch.chance import Chooser
from bot.backends.sketch.clothes import Outfit
from bot.backends.sketch.colours import ColourWords
from bot.backends.sketch.figure import FigurePlan
from bot.backends.sketch.looks import Looks
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.stance import CANDIDATES, FOR_REFERENCE, Stances
from bot.backends.sketch.wardrobe import DEFAULT_OUTFIT, Wardrobe
from bot.backends.sketch.words import Found, Reading, phrases, tokens_of
from bot.domain.companion import fold_name
from bot.domain.scene import Figure
from bot.services.ports.images import CastMember, JobKind, PictureJob

_ABSENT = re.compile(r"^(?:without|no) ", re.IGNORECASE)
"""Opens a detail that is not to be there."""
_STANDS = re.compile(
    r"\b(?:(?:on|in|at|under|by|near|against|over) (?:the |a |an )?(?:\w+ )?(?:table|floor|ground|background|wall"
    r"|bench|sofa|bed|counter|desk|shelf|window|windowsill|foreground|distance|sky|grass|corner|tree|chair)"
    r"|(?:behind|beside|near|around|next to|in front of) (?:her|him|them))\b"
)
"""A detail that says where it is, and so is in nobody's hands."""
_MOODS = ("smiling", "smiling", "neutral", "smiling")
"""Faces where nothing is said about them."""
_CANDIDATE_MOODS = ("smiling", "neutral", "grinning", "laughing")
"""Faces of the candidates of one request, each another."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the scene is, in the words that a backdrop reads."""

    setting: str
    time_of_day: str
    weather: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """One picture, decided. ``unread`` are words that the backdrop may still draw; ``neutral`` wants none."""

    figures: tuple[FigurePlan, ...]
    place: Place
    framing: str
    seed: int
    unread: tuple[str, ...]
    neutral: bool = False


@dataclass(slots=True)
class _Said:
    """What is said about one figure, as texts being read.

    ``free`` is its part of a free prompt, ``extra`` the scene's details where it is ``alone``.
    """

    outfit: Reading
    acting: Reading
    expression: Reading
    free: Reading
    extra: Reading
    alone: bool

    @classmethod
    def of(cls, figure: Figure, free: str = "", extra: tuple[str, ...] | None = ()) -> _Said:
        acting = ". ".join(text for text in (figure.pose, figure.action) if text)
        texts = (figure.outfit, acting, figure.expression, free, ". ".join(extra or ()))
        return cls(*(Reading(text) for text in texts), alone=extra is not None)


class Planner:
    """Turns jobs into plans with the tables of one assets folder. ``settings`` are the places that a backdrop knows."""

    def __init__(self, parts: Parts, settings: Sequence[str]) -> None:
        words = parts.table("words")
        self._stop = frozenset(words["stop"].split())
        self._mood = frozenset(token for word in words["mood"] for token in tokens_of(word))
        self._framing = phrases(words["framing"])
        self._times, self._weathers = phrases(words["time"]), phrases(words["weather"])
        self._settings = phrases({name: (name,) for name in settings})
        colours = ColourWords(parts)
        self._wardrobe = Wardrobe(parts, colours)
        self._belongings = Belongings(parts, colours, self._wardrobe.words)
        self._looks = Looks(parts, colours, self._stop)
        self._stances = Stances(parts)
        self._expressions: dict[str, dict[str, Any]] = parts.table("face/expressions")
        self._expression_words = phrases({name: entry["words"] for name, entry in self._expressions.items()})

    def plan(self, job: PictureJob, index: int) -> ScenePlan:
        """The plan of the picture ``index`` of a job."""
        absent = [detail for detail in job.scene.details if _ABSENT.match(detail)]
        present = tuple(detail for detail in job.scene.details if detail not in absent)
        missing = frozenset(
            match.name for text in absent for match in Reading(text).all(self._belongings.words)
        )
        job = replace(job, scene=replace(job.scene, details=present))
        choose = Chooser(job.seed + index)
        if job.kind is JobKind.REFERENCE:
            return self._reference(job, choose, index)
        free = _is_free(job)
        prompt = Reading(job.prompt if free else "")
        place = self._place(job, prompt)
        framing = Reading(job.scene.framing).first(self._framing) or prompt.first(self._framing) or ""
        segments = _segments(job) if free else [""] * len(job.cast)
        unread: list[str] = []
        figures: list[FigurePlan] = []
        around: list[str] = []
        for i, (member, segment) in enumerate(zip(job.cast, segments, strict=True)):
            figure = job.scene.figures[i] if i < len(job.scene.figures) else Figure(member.companion_id)
            extra = _near(job.scene.details) if len(job.cast) == 1 else None
            said = _Said.of(figure, segment, extra)
            drawn = self._figure(member, said, choose, i, unread)
            figures.append(_lacking(drawn, missing))
            # What nobody holds or does may still stand about: the bench of "sitting on a bench".
            around.append(said.acting.rest())
            if extra is not None:
                standing = (detail for detail in job.scene.details if detail not in extra)
                place = replace(place, details=(said.extra.rest(), *standing))
        around.append(self._rest_of_prompt(job.prompt) if free else "")
        place = replace(place, details=(*place.details, *(text for text in around if text)))
        unread += self._left_of_scene(job, place)
        if free:
            unread += self._left_of_prompt(job, place)
        names = {token for member in job.cast for token in tokens_of(member.name)}
        unread = [word for word in dict.fromkeys(unread) if word not in names]
        return ScenePlan(tuple(figures), place, framing, job.seed + index, tuple(unread))

    def _reference(self, job: PictureJob, choose: Chooser, index: int) -> ScenePlan:
        """Full body, straight on, before nothing, in the usual outfit.

        The first candidate is as its seed gives it; the others differ from it and from each other in pose and face.
        """
        member = job.cast[0]
        unread: list[str] = []
        said = _Said.of(Figure(member.companion_id))
        figure = self._figure(member, said, choose, 0, unread)
        first = Chooser(job.seed)
        pose = self._stances.pose(_turn(first.pick("reference-pose", FOR_REFERENCE), CANDIDATES, index))
        mood = _turn(first.pick("mood-0", _MOODS), _CANDIDATE_MOODS, index)
        figure = replace(
            figure,
            pose=self._stances.nuanced(pose, choose, 0, 0.6),
            expression=self._expressions[mood],
            turn=choose.between("reference-turn", -0.8, 0.8),
            mirrored=False,
            things=tuple(thing for thing in figure.things if thing.on != "hand"),
        )
        place, seed = Place("studio", "", "", ()), job.seed + index
        return ScenePlan((figure,), place, "full", seed, tuple(unread), neutral=True)

    def _place(self, job: PictureJob, prompt: Reading) -> Place:
        scene = job.scene
        setting = prompt.first(self._settings) or ""
        time = prompt.first(self._times) or Reading(scene.light).first(self._times) or ""
        weather = prompt.first(self._weathers) or ""
        return Place(
            scene.setting or setting,
            scene.time_of_day or time,
            scene.weather or weather,
            scene.details,
        )

    def _figure(
        self, member: CastMember, said: _Said, choose: Chooser, index: int, unread: list[str]
    ) -> FigurePlan:
        look = member.look
        usual, details = Reading(look.outfit), Reading(". ".join(look.details))
        worn_now = bool(said.outfit.tokens) or self._wardrobe.knows(said.free)
        carried = Carried()
        for reading in (
            details,
            *(() if worn_now else (usual,)),
            said.outfit,
            said.extra,
            said.acting,
            said.free,
        ):
            self._belongings.take(reading, carried)
        expression, said_by = self._expression(said)
        pose = self._stances.choose((said.acting, said.free), carried.pose, choose, index, alone=said.alone)
        for reading, match in said_by:
            reading.taken.update(range(match.start, match.end))
        if not expression:
            expression = choose.pick(f"mood-{index}", _MOODS)
        outfit = self._outfit(member, said, usual, worn_now=worn_now)
        flip = Chooser(member.companion_id).coin("flip")
        person = self._looks.person(look, carried.marks, flip=flip)
        unread += [*person.not_drawn, *details.left(self._stop), *carried.put_down]
        if not worn_now:
            unread += usual.left(self._stop)
        for reading in (said.outfit, said.acting, said.expression):
            unread += reading.left(self._stop | self._mood)
        low = self._stances.pose("crosslegged", arms_of=carried.pose) if pose.sit else None
        return FigurePlan(
            body=person.body,
            pose=self._stances.nuanced(pose, choose, index),
            head=person.head,
            outfit=replace(outfit, **carried.colours),
            expression=self._expressions[expression],
            turn=choose.between(f"turn-{index}", -2.2, 2.2),
            things=carried.shown,
            mirrored=choose.coin(f"mirror-{index}"),
            low=low,
        )

    def _expression(self, said: _Said) -> tuple[str, list[tuple[Reading, Found]]]:
        """The expression, and the words that say it; a pose may be read from the same words."""
        for reading in (said.expression, said.acting, said.free):
            found = reading.all(self._expression_words, take=False)
            if found:
                return found[0].name, [(reading, match) for match in found]
        return "", []

    def _outfit(self, member: CastMember, said: _Said, usual: Reading, *, worn_now: bool) -> Outfit:
        gender = member.look.gender.value
        named = self._wardrobe.read(said.outfit if said.outfit.tokens else said.free) if worn_now else []
        base = self._wardrobe.read(usual)
        if not any(item.name for item in base):
            base = self._wardrobe.read(Reading(DEFAULT_OUTFIT[gender]))
        return self._wardrobe.outfit(named, base, gender)

    def _ignored(self, place: Place) -> frozenset[str]:
        return self._stop | self._mood | frozenset(tokens_of(f"{place.time_of_day} {place.weather}"))

    def _left_of_scene(self, job: PictureJob, place: Place) -> list[str]:
        """Words of setting, details, light and mood; those that the backdrop draws go later."""
        scene, left = job.scene, list[str]()
        ignored = self._ignored(place)
        for text in (scene.setting, *scene.details, scene.light, scene.mood):
            reading = Reading(text)
            for table in (self._times, self._weathers):
                reading.all(table)
            if len(job.cast) == 1:
                reading.all(self._belongings.words)
            left += reading.left(ignored)
        return left

    def _rest_of_prompt(self, prompt: str) -> str:
        """A free prompt without what is worn, held or done."""
        reading = Reading(prompt)
        self._wardrobe.read(reading)
        for table in (self._belongings.words, self._stances.words, self._expression_words):
            reading.all(table)
        return reading.rest()

    def _left_of_prompt(self, job: PictureJob, place: Place) -> list[str]:
        """Words of a free prompt that nothing drawn stands for."""
        known = {token for member in job.cast for token in tokens_of(" ".join(member.look.words()))}
        reading = Reading(self._rest_of_prompt(job.prompt))
        for table in (self._settings, self._times, self._weathers, self._framing):
            reading.all(table)
        return reading.left(self._ignored(place) | known)


def _turn(first: str, options: Sequence[str], index: int) -> str:
    """What the candidate ``index`` gets: the first its own, the others the rest of the options in turn."""
    order = (first, *(option for option in options if option != first))
    return order[index % len(order)]


def _near(details: tuple[str, ...]) -> tuple[str, ...]:
    """The details that somebody alone may hold or wear: all that do not say where else they are."""
    return tuple(detail for detail in details if not _STANDS.search(detail))


def _lacking(figure: FigurePlan, missing: frozenset[str]) -> FigurePlan:
    """The figure without things that are not to be there: "without glasses"."""
    if not missing:
        return figure
    return replace(
        figure,
        things=tuple(thing for thing in figure.things if thing.name not in missing),
        head=replace(figure.head, marks=figure.head.marks - missing),
    )


def _is_free(job: PictureJob) -> bool:
    """Whether the scene says nothing, so that the prompt's words decide; those of an edit are an instruction."""
    scene = job.scene
    if job.kind is JobKind.EDIT:
        return False
    said = (scene.setting, scene.time_of_day, scene.weather, scene.light, scene.mood, *scene.details)
    figures = [text for f in scene.figures for text in (f.action, f.pose, f.outfit, f.expression)]
    return not any((*said, *figures))


def _segments(job: PictureJob) -> list[str]:
    """The part of a free prompt that is about each of the cast: from its name to the next one's."""
    if len(job.cast) == 1:
        return [job.prompt]
    text = fold_name(job.prompt)
    places: list[tuple[int, int]] = []
    for i, member in enumerate(job.cast):
        found = re.search(rf"\b{re.escape(fold_name(member.name))}\b", text)
        if found:
            places.append((found.start(), i))
    places.sort()
    segments = [""] * len(job.cast)
    for k, (start, i) in enumerate(places):
        end = places[k + 1][0] if k + 1 < len(places) else len(text)
        segments[i] = text[start:end]
    return segments

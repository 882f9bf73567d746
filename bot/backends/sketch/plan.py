"""From a job to what is drawn: the scene's words, the looks and the seed decide everything here.

Pure: the same job gives the same plan. Every random choice is keyed by the aspect of the picture it is about,
so that another dress colour moves nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.backends.sketch.clothes import Outfit
from bot.backends.sketch.colours import ColourWords
from bot.backends.sketch.figure import FigurePlan
from bot.backends.sketch.looks import Looks
from bot.backends.sketch.parts import Parts
from bot.backends.sketch.skeleton import Pose
from bot.backends.sketch.things import Thing
from bot.backends.sketch.wardrobe import DEFAULT_OUTFIT, Wardrobe
from bot.backends.sketch.words import Found, Reading, phrases, tokens_of
from bot.domain.companion import fold_name
from bot.domain.scene import TIMES_OF_DAY, WEATHERS, Figure
from bot.services.ports.images import CastMember, JobKind, PictureJob

_TIMES = {
    "dawn": ("dawn", "sunrise", "daybreak"), "morning": ("morning",), "noon": ("noon", "midday"),
    "afternoon": ("afternoon",), "sunset": ("sunset", "golden hour"), "dusk": ("dusk", "twilight"),
    "evening": ("evening",), "night": ("night", "moonlight", "moonlit", "starry"), "midnight": ("midnight",),
}  # fmt: skip
_WEATHERS = {
    "clear": ("clear sky", "clear"), "sunny": ("sunny", "sunshine"), "cloudy": ("cloudy", "overcast"),
    "rain": ("rain", "rainy", "raining", "drizzle"), "storm": ("storm", "stormy", "thunderstorm", "lightning"),
    "snow": ("snow", "snowy", "snowing", "snowfall"), "fog": ("fog", "foggy", "mist", "misty"), "wind": ("wind", "windy"),
}  # fmt: skip


class Chooser:
    """Seeded choices, each keyed by what it is about."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def share(self, key: str) -> float:
        """A number from 0 up to 1 for a key."""
        digest = hashlib.blake2b(f"{self._seed}:{key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def between(self, key: str, low: float, high: float) -> float:
        """A number from low to high."""
        return low + (high - low) * self.share(key)

    def pick(self, key: str, options: Sequence[Any]) -> Any:  # noqa: ANN401 - gives back what was given
        """One of the options."""
        return options[int(self.share(key) * len(options))]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the scene is, in the words that a backdrop reads."""

    setting: str
    time_of_day: str
    weather: str
    details: tuple[str, ...]
    neutral: bool = False


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """One picture, decided. ``unread`` are words that the backdrop may still draw."""

    figures: tuple[FigurePlan, ...]
    place: Place
    framing: str
    seed: int
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said about one figure, each as text."""

    outfit: str
    acting: str
    expression: str
    free: str
    details: tuple[str, ...]


class Planner:
    """Turns jobs into plans with the tables of one assets folder."""

    def __init__(self, parts: Parts, settings: Sequence[str]) -> None:
        self._parts = parts
        words = parts.table("words")
        self._stop = frozenset(words["stop"].split())
        self._mood = frozenset(token for word in words["mood"] for token in tokens_of(word))
        self._framing = phrases(words["framing"])
        self._colours = ColourWords(parts)
        self._wardrobe = Wardrobe(parts, self._colours)
        self._looks = Looks(parts, self._colours, self._stop)
        self._poses: dict[str, Any] = parts.table("poses")
        self._pose_words: dict[tuple[str, ...], list[str]] = {}
        for name, entry in self._poses.items():
            for word in entry["words"]:
                self._pose_words.setdefault(tuple(tokens_of(word)), []).append(name)
        self._pose_table = {key: names[0] for key, names in self._pose_words.items()}
        self._expressions: dict[str, Any] = parts.table("face/expressions")
        self._expression_words = phrases({name: entry["words"] for name, entry in self._expressions.items()})
        self._things: dict[str, Any] = parts.table("things")
        self._thing_words = phrases({name: entry["words"] for name, entry in self._things.items()})
        self._settings = phrases({name: (name,) for name in settings})
        self._time_words, self._weather_words = phrases(_TIMES), phrases(_WEATHERS)

    def plan(self, job: PictureJob, index: int) -> ScenePlan:
        """The plan of the picture ``index`` of a job."""
        seed = job.seed + index
        choose = Chooser(seed)
        if job.kind is JobKind.REFERENCE:
            return self._reference(job, choose, seed)
        free = _is_free(job)
        prompt = Reading(job.prompt if free else "")
        place = self._place(job, prompt)
        framing = self._framing_of(job, prompt)
        segments = _segments(job) if free else [""] * len(job.cast)
        unread: list[str] = []
        figures: list[FigurePlan] = []
        for i, member in enumerate(job.cast):
            figure = job.scene.figures[i] if i < len(job.scene.figures) else Figure(member.companion_id)
            figures.append(self._figure(member, figure, segments[i], choose, i, unread, job))
        if free:
            unread += [word for word in self._left_of_prompt(job, segments, place) if word not in unread]
        unread += Reading(job.scene.light).left(self._ignored(place)) + Reading(job.scene.mood).left(self._ignored(place))
        return ScenePlan(tuple(figures), place, framing, seed, tuple(dict.fromkeys(unread)))

    def _ignored(self, place: Place) -> frozenset[str]:
        said = tokens_of(f"{place.time_of_day} {place.weather}")
        return self._stop | self._mood | frozenset(said)

    def _place(self, job: PictureJob, prompt: Reading) -> Place:
        scene = job.scene
        setting, time, weather = scene.setting, scene.time_of_day, scene.weather
        found_setting = prompt.first(self._settings)
        found_time, found_weather = prompt.first(self._time_words), prompt.first(self._weather_words)
        extra = [figure.action for figure in scene.figures if figure.action]
        return Place(
            setting or found_setting or "",
            time or found_time or self._in_text(scene.light, self._time_words),
            weather or found_weather or "",
            (*scene.details, *extra, *((job.prompt,) if prompt.tokens else ())),
        )

    @staticmethod
    def _in_text(text: str, table: dict[tuple[str, ...], str]) -> str:
        return Reading(text).first(table) or ""

    def _framing_of(self, job: PictureJob, prompt: Reading) -> str:
        said = Reading(job.scene.framing).first(self._framing) or prompt.first(self._framing)
        return said or ""

    def _reference(self, job: PictureJob, choose: Chooser, seed: int) -> ScenePlan:
        member = job.cast[0]
        unread: list[str] = []
        figure = self._figure(member, Figure(member.companion_id), "", choose, 0, unread, job)
        pose = self._pose(choose.pick("reference-pose", ("standing", "relaxed", "standing", "hips")))
        plan = replace(figure, pose=self._nuanced(pose, choose, 0, 0.6), turn=choose.between("reference-turn", -0.8, 0.8))
        place = Place("studio", "", "", (), neutral=True)
        return ScenePlan((plan,), place, "full", seed, tuple(unread))

    def _figure(
        self, member: CastMember, figure: Figure, segment: str, choose: Chooser, index: int, unread: list[str], job: PictureJob
    ) -> FigurePlan:
        look = member.look
        said = _Said(figure.outfit, f"{figure.pose}. {figure.action}", figure.expression, segment, look.details)
        own = Chooser(int.from_bytes(hashlib.blake2b(member.companion_id.encode(), digest_size=4).digest(), "big"))
        readings = {name: Reading(text) for name, text in (("outfit", said.outfit), ("acting", said.acting), ("expression", said.expression), ("free", said.free))}
        details = Reading(". ".join(said.details))
        scene_details = Reading(". ".join(job.scene.details))
        worn_now = bool(said.outfit) or self._wardrobe.knows(readings["free"])
        usual = Reading(look.outfit)
        things: dict[str, Thing] = {}
        pose_hint = ""
        for reading in (details, *(() if worn_now else (usual,)), readings["outfit"], readings["acting"], readings["free"]):
            hint = self._take_things(reading, things)
            pose_hint = hint or pose_hint
        if len(job.cast) == 1:
            pose_hint = self._take_things(scene_details, things) or pose_hint
        expression, said_by = self._expression(readings)
        pose = self._choose_pose(readings, pose_hint, choose, index)
        for reading, match in said_by:
            reading.taken.update(range(match.start, match.end))
        if expression is None:
            expression = "asleep" if pose.prone and "sleep" in said.acting + said.free else choose.pick(f"mood-{index}", ("smiling", "smiling", "neutral", "smiling"))
        outfit = self._outfit(member, readings, usual, worn_now)
        marks = frozenset(name for name, thing in things.items() if thing.on == "mark")
        person = self._looks.person(look, own.share("flip") > 0.5, marks)
        unread += list(person.not_drawn) + details.left(self._stop)
        if not worn_now:
            unread += usual.left(self._stop)
        for name in ("outfit", "acting", "expression"):
            unread += readings[name].left(self._stop | self._mood)
        outfit = _with_things(outfit, things)
        visible = tuple(thing for thing in things.values() if thing.on not in {"mark", "gloves", "stockings", "belt"})
        held = [thing for thing in visible if thing.on == "hand"]
        visible = tuple(thing for thing in visible if thing.on != "hand" or thing is held[-1])
        unread += [thing.name for thing in held[:-1]]
        mirrored = choose.share(f"mirror-{index}") > 0.5 and job.kind is not JobKind.REFERENCE
        return FigurePlan(
            body=person.body, pose=self._nuanced(pose, choose, index, 1.0), head=person.head, outfit=outfit,
            expression=self._expressions[expression], turn=choose.between(f"turn-{index}", -2.2, 2.2),
            things=visible, mirrored=mirrored,
            low=self._nuanced(self._pose("crosslegged", arms_of=pose_hint), choose, index, 1.0) if pose.sit else None,
        )  # fmt: skip

    def _take_things(self, reading: Reading, things: dict[str, Thing]) -> str:
        """Things named in a text; their colours are the colour words right before them. Gives a pose they ask for."""
        hint = ""
        matches = [m for m in reading.all(self._thing_words, take=False) if not self._is_cloth(reading, m)]
        for match in matches:
            entry = self._things[match.name]
            before = Reading(" ".join(reading.tokens[max(match.start - 2, 0) : match.end]))
            colours = self._colours.find(before, "cloth")
            reading.taken.update(range(match.start, match.end))
            for place, _colour in colours:
                reading.taken.update(range(max(match.start - 2, 0) + place, match.start))
            colour = colours[-1][1] if colours else entry.get("colour", "#c0504d")
            things[match.name] = Thing(match.name, entry["on"], colour)
            hint = entry.get("pose", hint)
        return hint

    def _is_cloth(self, reading: Reading, match: Found) -> bool:
        pair = tuple(reading.tokens[match.start : match.end + 1])
        return len(pair) > match.end - match.start and bool(Reading(" ".join(pair)).all(self._wardrobe.words, take=False)) and pair in self._wardrobe.words

    def _expression(self, readings: dict[str, Reading]) -> tuple[str | None, list[tuple[Reading, Found]]]:
        """The expression, and the words that say it; a pose may be read from the same words."""
        for name in ("expression", "acting", "free"):
            found = readings[name].all(self._expression_words, take=False)
            if found:
                return found[0].name, [(readings[name], match) for match in found]
        return None, []

    def _choose_pose(self, readings: dict[str, Reading], hint: str, choose: Chooser, index: int) -> Pose:
        for name in ("acting", "free"):
            found = readings[name].all(self._pose_table)
            if found:
                names = [self._pose_words[key] for match in found for key in self._pose_words if self._pose_table[key] == match.name and key == tuple(readings[name].tokens[match.start : match.end])]
                options = names[0] if names else [found[0].name]
                ranked = [match.name for match in found if self._poses[match.name].get("full")]
                chosen = ranked[0] if ranked and ranked[0] not in options else choose.pick(f"pose-{index}", options)
                if hint and not self._poses[chosen].get("full"):
                    chosen = hint
                return self._pose(chosen, arms_of=hint if hint and hint != chosen else "")
        if hint:
            return self._pose(hint)
        return self._pose(choose.pick(f"pose-{index}", ("standing", "relaxed", "hips", "standing", "relaxed")))

    def _pose(self, name: str, arms_of: str = "") -> Pose:
        """A pose by name; with ``arms_of`` its arms are those of another pose (sitting with a book)."""
        entry = dict(self._poses[name])
        if arms_of and not entry.get("prone"):
            other = self._poses[arms_of]
            for key in ("arm_l", "arm_r", "hand_l", "hand_r"):
                entry.pop(key, None)
                if key in other:
                    entry[key] = other[key]
        values: dict[str, Any] = {key: value for key, value in entry.items() if key not in {"words", "arm_l", "arm_r"}}
        for key in ("leg_l", "leg_r", "leg_l_length", "leg_r_length"):
            if key in values:
                values[key] = tuple(values[key])
        for side in ("l", "r"):
            arm = entry[f"arm_{side}"]
            values[f"arm_{side}"] = None if isinstance(arm, dict) else tuple(arm)
            values[f"reach_{side}"] = tuple(arm["to"]) if isinstance(arm, dict) else None
        return Pose(name=name, **values)

    @staticmethod
    def _nuanced(pose: Pose, choose: Chooser, index: int, much: float) -> Pose:
        def jitter(key: str, size: float) -> float:
            return choose.between(f"{key}-{index}", -size, size) * much

        def arm(angles: tuple[float, float] | None, key: str) -> tuple[float, float] | None:
            return None if angles is None else (angles[0] + jitter(f"{key}-upper", 4), angles[1] + jitter(f"{key}-fore", 6))

        return replace(
            pose, arm_l=arm(pose.arm_l, "arm-l"), arm_r=arm(pose.arm_r, "arm-r"),
            lean=pose.lean + jitter("lean", 1.5), head=pose.head + jitter("head", 4),
            hips=pose.hips + jitter("hips", 1.5), shoulders=pose.shoulders + jitter("shoulders", 1.5),
        )  # fmt: skip

    def _outfit(self, member: CastMember, readings: dict[str, Reading], usual: Reading, worn_now: bool) -> Outfit:
        gender = member.look.gender.value
        source = readings["outfit"] if readings["outfit"].tokens else readings["free"]
        named = self._wardrobe.read(source) if worn_now else []
        base = self._wardrobe.read(usual)
        if not any(item.name for item in base):
            base = self._wardrobe.read(Reading(DEFAULT_OUTFIT[gender]))
        return self._wardrobe.outfit(named, base, gender)

    def _left_of_prompt(self, job: PictureJob, segments: list[str], place: Place) -> list[str]:
        known = set(tokens_of(" ".join(" ".join(member.look.words()) for member in job.cast)))
        names = {token for member in job.cast for token in tokens_of(fold_name(member.name))}
        reading = Reading(job.prompt)
        for table in (self._settings, self._time_words, self._weather_words, self._framing, self._thing_words, self._pose_table, self._expression_words):
            reading.all(table)
        self._wardrobe.read(reading)
        del segments
        return reading.left(self._ignored(place) | known | names)


def _is_free(job: PictureJob) -> bool:
    scene = job.scene
    said = (scene.setting, scene.time_of_day, scene.weather, scene.light, scene.mood, *scene.details)
    figures = [text for f in scene.figures for text in (f.action, f.pose, f.outfit, f.expression)]
    return not any(said) and not any(figures)


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


def _with_things(outfit: Outfit, things: dict[str, Thing]) -> Outfit:
    worn = {thing.on: thing.colour for thing in things.values() if thing.on in {"gloves", "stockings", "belt"}}
    return replace(outfit, **worn)


__all__ = ["TIMES_OF_DAY", "WEATHERS", "Chooser", "Place", "Planner", "ScenePlan"]

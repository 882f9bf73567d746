"""What is known of the scene while the talk is read, oldest message first."""

# ruff: noqa: C901, PLR0912, SIM905 -- word lists read best as words; a rule is a list of cases

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from bot.writers.rules.names import Roster

Parts = tuple[str | int, ...]
"""A phrase with people as their roster index, so that who is absent can be left out at the end."""


class Status(enum.Enum):
    """Where a person is, seen from the scene."""

    UNKNOWN = "unknown"
    PRESENT = "present"
    BEHIND = "behind"
    """The scene moved on without a word about them; they are back as soon as they do anything."""
    AWAY = "away"
    """Went somewhere near; back as soon as they do anything that is not from there."""
    LEFT = "left"
    """Left, or never came: only a coming counts."""
    REMOTE = "remote"
    """On the phone or the radio: only a coming counts."""

    __hash__ = object.__hash__
    """Enum's own is Python code, and statuses are looked for in sets all the time."""


class Strength(enum.IntEnum):
    """How plainly a place was stated."""

    GUESSED = 0
    IMPLIED = 1
    WEAK = 2
    STATED = 3
    MOVED = 4
    HEADED = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A place as said, and the word that it turns on ("garden" of "rooftop garden")."""

    text: str
    head: str
    strength: Strength
    message: int


@dataclass(frozen=True, slots=True)
class Garment:
    """One piece: ``text`` with its adjectives, the noun alone, and where it is worn."""

    text: str
    noun: str
    slot: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does: a gerund phrase, since when, and the place word in it if any."""

    parts: Parts
    message: int
    place: str = ""


@dataclass(slots=True)
class PersonState:
    """What is known of one person."""

    status: Status = Status.UNKNOWN
    place: str = ""
    since: int = -1
    """The message in which ``status`` became one of absence."""
    spoke: int = -1
    acted: int = -1
    mentioned: int = -1
    deeds: int = 0
    outfit: list[Garment] = field(default_factory=list[Garment])
    removed: set[str] = field(default_factory=set[str])
    pose: Act | None = None
    face: Act | None = None
    weak: Act | None = None
    doing: list[Act] = field(default_factory=list[Act])


_LAYERS = frozenset(
    "sweater hoodie cardigan sweatshirt pullover jumper vest apron sash corset bodice jersey breastplate"
    " tabard smock socks stockings tights leggings leg-warmers underwear".split()
)
_ONE_AT_A_TIME = frozenset({"top", "bottom", "feet", "head", "outer"})
_BODY = frozenset({"full", "top", "bottom"})


class World:
    """The state that every reader writes to. One is made for each conversation."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.people = [PersonState() for _ in roster.people]
        self.message = 0
        self.setting: Place | None = None
        self.outdoors = False
        self.left_places: list[Place] = []
        self.time = ""
        self.weather = ""
        self.weather_at = -1
        self.weather_hint = ""
        """What things in the scene suggest; used only where nothing is stated."""
        self._time_hint = ""
        self._place_hints: dict[str, int] = {}
        self.light = ""
        self.mood = ""
        self.asked: tuple[int, int] | None = None
        """Of whom it was asked where they are, and in which message."""
        self.recent: list[int] = []
        """People named or speaking, the latest last."""

    @property
    def time_hint(self) -> str:
        """The time of day that things suggest, the latest; "day" says least and yields to any other."""
        return self._time_hint

    @time_hint.setter
    def time_hint(self, value: str) -> None:
        if value != "day" or not self._time_hint:
            self._time_hint = value

    @property
    def place_hint(self) -> str:
        """The place that most things suggest; of equals the latest."""
        best = max(self._place_hints.values(), default=0)
        return next((place for place, votes in reversed(self._place_hints.items()) if votes == best), "")

    @place_hint.setter
    def place_hint(self, value: str) -> None:
        if not value:
            self._place_hints.clear()
            return
        self._place_hints[value] = self._place_hints.pop(value, 0) + 1

    # -- people ---------------------------------------------------------------------------------

    def present(self) -> list[int]:
        """Companions who are in the scene now."""
        return [i for i in self.roster.companions if self.people[i].status is Status.PRESENT]

    def touch(self, person: int) -> None:
        """This person was named or spoke just now (for pronouns)."""
        if self.recent and self.recent[-1] == person:
            return
        if person in self.recent:
            self.recent.remove(person)
        self.recent.append(person)

    def speaks(self, person: int) -> None:
        """The person said something here."""
        state = self.people[person]
        state.spoke = self.message
        self.touch(person)
        if state.status in {Status.UNKNOWN, Status.BEHIND} or self._back(state):
            state.status = Status.PRESENT

    def _back(self, state: PersonState) -> bool:
        return state.status is Status.AWAY and state.since < self.message

    def seen(self, person: int) -> None:
        """The person is shown or addressed as being here; who left does not come back by this."""
        state = self.people[person]
        state.mentioned = self.message
        if state.status in {Status.UNKNOWN, Status.BEHIND}:
            state.status = Status.PRESENT

    def acts(self, person: int) -> None:
        """The person does something that is seen."""
        state = self.people[person]
        state.acted = self.message
        state.deeds += 1
        if state.status in {Status.UNKNOWN, Status.BEHIND} or self._back(state):
            state.status = Status.PRESENT

    def arrive(self, person: int) -> None:
        """The person comes into the scene, wherever they were."""
        state = self.people[person]
        if state.status in {Status.LEFT, Status.REMOTE, Status.AWAY}:
            state.pose = state.weak = state.face = None
            state.doing = []
        state.status = Status.PRESENT
        state.mentioned = self.message

    def depart(self, person: int, status: Status, place: str = "") -> None:
        """The person is no longer in the scene."""
        state = self.people[person]
        state.status = status
        state.since = self.message
        state.place = place
        state.pose = state.weak = state.face = None
        state.doing = []

    # -- place ----------------------------------------------------------------------------------

    def settle(self, place: Place, *, movers: tuple[int, ...] | None = None) -> None:
        """The scene is at ``place``. ``movers`` are the ones who went there; None: all, or it was so already."""
        old = self.setting
        if old is not None and place.strength <= Strength.IMPLIED < old.strength:
            return
        if old is not None and place.strength is Strength.GUESSED and old.strength is not Strength.GUESSED:
            return
        if old is not None:
            same = old.head == place.head or old.text == place.text
            if same and len(old.text) >= len(place.text):
                return
            if (
                place.strength is Strength.WEAK
                and old.strength >= Strength.STATED
                and place.text in old.text.split()
            ):
                return
            if not same and place.strength >= Strength.WEAK:
                self.left_places.append(old)
                if place.strength >= Strength.MOVED:
                    self._forget_bodies()
                    self.place_hint = ""
                elif place.strength is Strength.STATED and old.strength >= Strength.STATED:
                    self._forget_bodies(before=self.message - 2)
        self.setting = place
        for index in self.roster.companions:
            state = self.people[index]
            if state.status is Status.AWAY and state.place and state.place == place.head:
                state.status = Status.PRESENT
        if movers is not None and old is not None:
            for index in self.present():
                if index not in movers:
                    self.people[index].status = Status.BEHIND

    def relocate(self, place: Place) -> None:
        """A hint puts the scene elsewhere: what people did in the old place goes with it."""
        if self.setting is None or self.setting.head != place.head:
            self._forget_bodies()
        self.setting = place

    def unsettle(self, head: str) -> None:
        """The place with this head was left for no stated other one."""
        if self.setting is not None and (not head or self.setting.head == head or head in self.setting.text):
            self.left_places.append(self.setting)
            self.setting = None
            self._forget_bodies()

    def go_back(self) -> None:
        """Back to the place before this one."""
        if self.left_places:
            place = self.left_places.pop()
            self._forget_bodies()
            if self.setting is not None:
                self.left_places.append(self.setting)
            self.setting = Place(place.text, place.head, place.strength, self.message)

    def stated(self) -> bool:
        """Whether somebody said where the scene is."""
        return self.setting is not None and self.setting.strength >= Strength.STATED

    def loosen(self) -> None:
        """Time has passed, or the scene is another: the place stays only until anything says otherwise."""
        if self.setting is not None:
            place = self.setting
            self.left_places.append(place)
            self.setting = Place(place.text, place.head, Strength.GUESSED, place.message)
        self.place_hint = ""
        self._forget_bodies()

    def _forget_bodies(self, before: int | None = None) -> None:
        first = self.message if before is None else before
        for state in self.people:
            if state.pose is not None and state.pose.message < first:
                state.pose = None
            if state.weak is not None and state.weak.message < first:
                state.weak = None
            state.doing = [act for act in state.doing if act.message >= first]

    # -- clothes --------------------------------------------------------------------------------

    def wear(self, person: int, garments: list[Garment], *, everything: bool = False) -> None:
        """The person wears these: all that they wear when ``everything``, else besides the rest."""
        if not self.roster.is_companion(person):
            return
        state = self.people[person]
        slots = {garment.slot for garment in garments}
        if everything and not slots.isdisjoint(_BODY):
            state.removed.update(garment.noun for garment in state.outfit)
            state.outfit = []
        for garment in garments:
            state.removed.discard(garment.noun)
            self._replace(state, garment, slots)

    @staticmethod
    def _replace(state: PersonState, garment: Garment, slots: set[str]) -> None:
        kept: list[Garment] = []
        for old in state.outfit:
            if old.noun == garment.noun:
                if len(old.text) > len(garment.text) and garment.text.split()[-1] == old.text.split()[-1]:
                    garment = old if garment.text == garment.noun else garment
                continue
            gone = (
                (old.slot == garment.slot and garment.slot in _ONE_AT_A_TIME and old.slot != "outer")
                or (garment.slot == "full" and old.slot in _BODY)
                or (garment.slot in {"top", "bottom"} and old.slot == "full")
            ) and not {old.noun, garment.noun} & _LAYERS
            if gone and not (old.slot in slots and old.slot == garment.slot and old in kept):
                state.removed.add(old.noun)
                continue
            kept.append(old)
        state.outfit = [*kept, garment]

    def take_off(self, person: int, nouns: set[str], slots: frozenset[str] = frozenset()) -> None:
        """The person no longer wears garments with these nouns, or on these parts of the body."""
        state = self.people[person]
        gone = {
            g.noun for g in state.outfit if g.noun in nouns or g.slot in slots or g.noun.split()[-1] in nouns
        }
        state.removed |= nouns | gone
        state.outfit = [garment for garment in state.outfit if garment.noun not in gone]

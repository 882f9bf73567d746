"""Where and when it is: places, time of day, weather, light and mood in foreign clauses."""

from __future__ import annotations

from bot.writers.rules.foreign_clauses import Clause, Note
from bot.writers.rules.foreign_clock import clock_time
from bot.writers.rules.foreign_irregular import word_set
from bot.writers.rules.markup import Voice
from bot.writers.rules.subjects import OTHER, Turn
from bot.writers.rules.world import Place, Strength, World

CONDITION_KINDS = frozenset({"time", "weather", "light", "mood"})
_HINT_KINDS = frozenset({"place_hint", "time_hint", "weather_hint"})
_LOCATIVE = {
    "es": word_set("en por a al hasta dentro sobre bajo tras junto frente contra entre"),
    "fr": word_set("dans a à au aux sur en chez sous devant derriere pres bord milieu au-dessus long"),
    "de": word_set(
        "in im ins am an ans auf aufs beim bei durch durchs unter unterm vor vorm hinter hinterm neben "
        "zum zur inmitten uber ubers mitten entlang nach"
    ),
}
_SOURCE = word_set("de del du des d desde depuis aus vom von hors fuera")
_TOWARDS = word_set("zum zur nach ans aufs ins al a hacia vers")
"""Where somebody speaks of going; what is spoken of is no place to be in yet."""
_PARTICLES_AT = ("に", "で", "へ", "まで")
_PARTICLES_FROM = ("から", "より")
_WEATHER_STAYS = frozenset({"storm", "rain", "snow"})
_ENDED_REACH = 6
_SKIPS = (
    "después", "más tarde", "al día siguiente", "a la mañana siguiente", "salto temporal", "elipsis",
    "plus tard", "lendemain", "ellipse", "später", "am nächsten", "zeitsprung", "szenenwechsel",
    "時間後", "分後", "日後", "後日", "翌", "その後", "しばらくして",
)  # fmt: skip
_OVER = frozenset({"sobre", "sur", "au-dessus", "uber", "ubers", "uberm"})
_OVERHEAD = ("の上", "の向こう", "の彼方")
_PART_OF_ROOM = word_set(
    "windowsill window fireplace fire stairs staircase steps gate closet bathtub toilet fountain hall bench"
)
"""Heads of places that are a corner of another one."""
_VEHICLES = word_set("train bus car boat ship plane ferry tram sailboat canoe carriage van truck yacht")
"""What they drive or sail through is seen from them: "el tren cruza el campo"."""
_SHOWN = 2
_PLAIN = 2 * _SHOWN
"""What two things that are shown suggest is more than a place that is only spoken of."""
_OPENING = 2
"""Words within which a place that opens a clause is a heading: "Una taberna oscura"."""


class SceneReader:
    """Reads the places and conditions of one language into the world."""

    def __init__(self, language: str, world: World) -> None:
        self._language = language
        self._world = world
        self._votes: dict[str, int] = {}
        self._locative = _LOCATIVE.get(language, frozenset[str]())

    # -- places ---------------------------------------------------------------------------------

    def place(self, clause: Clause, people: tuple[int, ...], voice: Voice, turn: Turn, real_end: int) -> None:
        """The place that a clause puts the scene in, if any."""
        found: tuple[Strength, Note] | None = None
        for note in clause.notes:
            if note.kind != "place" or note.at >= real_end or self._is_corner(note):
                continue
            strength = self._strength(clause, note, voice)
            moved = (
                clause.has("motion", "arrive")
                and found is not None
                and strength == found[0]
                and found[1].value.rsplit(maxsplit=1)[-1] not in _VEHICLES
            )
            if strength is not None and (found is None or strength > found[0] or moved):
                found = (strength, note)
        if found is None or clause.has("about"):
            return
        strength, place = found
        world = self._world
        roster = world.roster
        if voice is Voice.SPEECH and not clause.has("here"):
            others = any(
                person not in {OTHER, turn.speaker} and roster.is_companion(person) for person in people
            )
            towards = bool(_TOWARDS & set(clause.before.get(place.at, ())))
            if (
                not towards
                and not clause.has("motion", "elsewhere")
                and not (others and len(roster.companions) > 1)
            ):
                self.settle(place.value, Strength.IMPLIED)
            return
        companions = [person for person in people if person != OTHER and roster.is_companion(person)]
        if (
            voice is Voice.SPEECH
            and companions
            and turn.speaker not in companions
            and len(roster.companions) > 1
        ):
            return
        self.settle(place.value, strength)

    def _strength(self, clause: Clause, place: Note, voice: Voice) -> Strength | None:  # noqa: C901, PLR0911, PLR0912
        """How plainly this place is said to be the scene; None where it is only spoken of or looked at."""
        moving = clause.has("motion", "arrive")
        stated = Strength.MOVED if moving else Strength.STATED
        if self._language == "ja":
            after = clause.after.get(place.end, "")
            if any(place.end <= note.at <= place.end + 1 for note in clause.of("looks")):
                return None
            if "weather" in clause.kinds and after.startswith(_OVERHEAD):
                return self._far_off()
            if after.startswith(_PARTICLES_FROM) or after[:1] == "を":
                return None if self._world.setting is not None else Strength.IMPLIED
            if after.startswith(_PARTICLES_AT):
                return stated
            return Strength.STATED if after[:1] in {"の", "", "、", "だ", "中"} else Strength.WEAK
        if any(note.at < place.at for note in clause.of("looks")):
            return None
        before = clause.before.get(place.at, ())
        if not clause.names and "weather" in clause.kinds and not _OVER.isdisjoint(before):
            return self._far_off()
        watched = any(
            note.value.startswith(("looking", "pointing")) and note.end <= place.at
            for note in clause.of("action")
        )
        for word in reversed(before):
            if word in self._locative:
                return None if watched and word in {"a", "al", "à", "hacia", "auf", "zum", "zur"} else stated
            if word in _SOURCE:
                if clause.has("leave"):
                    return Strength.IMPLIED
                if clause.has("arrive") or (word in {"aus", "vom", "desde", "fuera", "hors"}):
                    return None
                return Strength.IMPLIED if clause.has("motion") else Strength.STATED
        if watched:
            return None
        if moving or voice is Voice.SPEECH or place.at - clause.start <= _OPENING:
            return stated
        return Strength.WEAK if not clause.has("action") else Strength.IMPLIED

    def _far_off(self) -> Strength | None:
        """Weather over a place is seen from somewhere: "truena sobre el mar"."""
        return None if self._world.setting is not None else Strength.IMPLIED

    def _is_corner(self, place: Note) -> bool:
        """Whether this is a part of where the scene already is: the stairs of a house."""
        setting = self._world.setting
        return (
            setting is not None
            and setting.strength > Strength.IMPLIED
            and place.value.rsplit(maxsplit=1)[-1] in _PART_OF_ROOM
        )

    def skip(self, text: str) -> None:
        """After "two hours later" people may be anywhere: any other place that is mentioned replaces this one."""
        low = text.lower()
        setting = self._world.setting
        if any(sign in low for sign in _SKIPS):
            self._world.place_hint = ""
            if setting is not None:
                self._world.setting = Place(setting.text, setting.head, Strength.IMPLIED, setting.message)

    def left(self, clause: Clause) -> None:
        """Somebody leaves a place: "se marcha de la taberna". Those who stay are in it."""
        for note in clause.of("place"):
            if not _SOURCE.isdisjoint(clause.before.get(note.at, ())) or (
                self._language == "ja" and clause.after.get(note.end, "")[:1] == "を"
            ):
                self.settle(note.value, Strength.IMPLIED)

    def clock(self, text: str) -> None:
        """Take the time of day from a clock time."""
        time = clock_time(self._language, text)
        if time:
            self._world.time = time

    def settle(self, value: str, strength: Strength) -> None:
        """The scene is at ``value``; nobody has gone there where no other place was stated before."""
        before = self._world.setting
        if strength is Strength.MOVED and (before is None or before.strength is Strength.IMPLIED):
            strength = Strength.STATED
        self._world.settle(Place(value, value.rsplit(maxsplit=1)[-1], strength, self._world.message))

    def sleeps_elsewhere(self, clause: Clause) -> bool:
        """As in "Pierre dort dans la maison": a sleeper in another place than the scene."""
        setting = self._world.setting
        if setting is None or not any(note.value.startswith("sleeping") for note in clause.of("action")):
            return False
        places = clause.of("place")
        return bool(places) and all(note.value.split()[-1] != setting.head for note in places)

    # -- conditions -----------------------------------------------------------------------------

    def _suggest(self, place: str, *, shown: bool) -> None:
        """A thing suggests a place: the one that most things suggest since the last move counts."""
        world = self._world
        if not world.place_hint:
            self._votes.clear()
        votes = self._votes.get(place, 0) + (_SHOWN if shown else 1)
        self._votes[place] = votes
        if votes < self._votes.get(world.place_hint, 0):
            return
        world.place_hint = place
        if votes >= _PLAIN and world.setting is not None and world.setting.strength is Strength.IMPLIED:
            self.settle(place, Strength.IMPLIED)

    def conditions(self, clause: Clause, real_end: int, *, shown: bool = True) -> None:  # noqa: C901, PLR0912
        """Time, weather, light, mood, and what hints at them."""
        world = self._world
        if clause.kinds.isdisjoint(CONDITION_KINDS) and clause.kinds.isdisjoint(_HINT_KINDS):
            return
        hidden = {at for note in clause.of("not_condition") for at in range(note.at, note.end)}
        ended = clause.of("ended")
        for note in clause.notes:
            if note.at >= real_end:
                continue
            if note.kind == "place_hint":
                self._suggest(note.value, shown=shown)
            elif note.kind in _HINT_KINDS:
                setattr(world, note.kind, note.value)
            elif note.at in hidden:
                continue
            elif note.kind == "time":
                if not (note.value == "night" and world.time == "midnight"):
                    world.time = note.value
            elif note.kind == "weather":
                if any(note.end <= over.at <= note.end + _ENDED_REACH for over in ended):
                    world.weather = ""
                elif not (note.value == "wind" and world.weather in _WEATHER_STAYS):
                    world.weather = note.value
            elif note.kind == "light":
                world.light = note.value
            elif note.kind == "mood":
                world.mood = note.value

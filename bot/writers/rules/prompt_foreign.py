"""Reads a Spanish, French, German or Japanese prompt into a draft of a scene, in English."""

# ruff: noqa: C901, PLR0912 -- a rule is a list of cases

from __future__ import annotations

import re
from dataclasses import replace

from bot.domain.companion import Gender
from bot.writers.rules.draft import Draft
from bot.writers.rules.foreign_clauses import Clause
from bot.writers.rules.foreign_clock import clock_time
from bot.writers.rules.foreign_deeds import AT_END, EVERYWHERE, DeedReader
from bot.writers.rules.names import Roster
from bot.writers.rules.notes import note_finder
from bot.writers.rules.phrases import render
from bot.writers.rules.prompt_people import About
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Garment, World

_STRETCH = re.compile(r"[,，、;；。.!?！？\n]+")
_TELLING = frozenset(
    {"place", "garment", "action", "face", "time", "weather", "light", "mood", "object", "quality"}
)
_PLURAL_AFTER_SIE = re.compile(r"\bsie (?:beide |alle )?\w+en\b", re.IGNORECASE)
_GOOD_NAME = 2


class ForeignPromptReader:
    """Reads one prompt in one language; made for each."""

    def __init__(self, language: str, draft: Draft, roster: Roster, vocabulary: Vocabulary) -> None:
        self._language = language
        self._draft = draft
        self._roster = roster
        self._world = World(roster)
        self._notes = note_finder(language)
        self._deeds = DeedReader(language, self._world, vocabulary)
        self.about = About(roster)

    def read(self, text: str) -> None:
        """Read all of it; a stretch of which nothing is known is kept as it was written."""
        for stretch in filter(None, (part.strip() for part in _STRETCH.split(text))):
            clauses = self._notes.clauses(stretch, self._roster)
            known = False
            for clause in clauses:
                known = self._clause(clause, stretch) or known
            named = any(clause.names for clause in clauses)
            if not known and not (named and len(stretch.split()) <= _GOOD_NAME):
                self._draft.details.append(stretch)
            self._deeds_done()

    def _clause(self, clause: Clause, stretch: str) -> bool:
        """Read one clause; whether anything in it was known."""
        people = self._people(clause, stretch)
        self.about.now = people
        end = next((note.at for note in clause.of("negators")), EVERYWHERE)
        if end != EVERYWHERE and self._language in AT_END and self._language == "ja":
            return False  # Japanese denies at the end: nothing of the clause is so
        if end != EVERYWHERE:
            self._draft.details.append(stretch)
        draft = self._draft
        garments = self.garments(clause, end)
        for person in people:
            for garment in garments:
                draft.figures[person].wear(garment.text, garment.noun, garment.slot)
        time = clock_time(self._language, stretch)
        if time:
            draft.tell_time(time, plain=True)
        hidden = {at for note in clause.of("not_condition") for at in range(note.at, note.end)}
        for note in clause.notes:
            if note.at >= end or note.at in hidden:
                continue
            if note.kind == "time":
                draft.tell_time(note.value, plain=True)
            elif note.kind == "weather":
                draft.weather = draft.weather or note.value
            elif note.kind == "light":
                draft.lights.append(note.value)
            elif note.kind == "mood":
                draft.mood = draft.mood or note.value
            elif note.kind == "face":
                for person in people:
                    draft.figures[person].faces.append(note.value)
        places = [note for note in clause.of("place") if note.at < end]
        if places:
            place = places[-1] if self._language in AT_END else places[0]
            if not draft.settle(place.value, plain=True) and place.value not in draft.setting:
                draft.details.append(place.value)
        deeds = _without_wearing(clause) if garments else clause
        if deeds.has("action"):
            self._deeds.actions(deeds, people, end, dressed=False)
            self._deeds_done()
        elif not (places or garments or clause.has("weather", "time", "light")):
            draft.details += [note.value for note in clause.of("object") if note.at < end]
        return not clause.kinds.isdisjoint(_TELLING) or bool(time)

    def garments(self, clause: Clause, end: int = EVERYWHERE) -> list[Garment]:
        """What is worn; a colour that stands elsewhere in the clause is that of a garment without one."""
        return self._deeds.garments(clause, end)

    def _people(self, clause: Clause, stretch: str) -> tuple[int, ...]:
        named = list(dict.fromkeys(person for _, _, person in clause.names))
        if named:
            self.about.names(named)
            verb = next((note.at for note in clause.of("action", "wear")), EVERYWHERE)
            doing = list(dict.fromkeys(person for at, _, person in clause.names if at < verb))
            return tuple(doing or named)
        if clause.has("is_group") or (self._language == "de" and _PLURAL_AFTER_SIE.search(stretch)):
            return self.about.everyone
        if clause.has("is_female") and len(self.about.everyone) > 1:
            return self.about.of_gender(Gender.FEMALE)
        if clause.has("is_male") and len(self.about.everyone) > 1:
            return self.about.of_gender(Gender.MALE)
        return self.about.now or self.about.everyone

    def _deeds_done(self) -> None:
        """Hand what the deed reader found to the draft."""
        shown = frozenset(self._roster.companions)
        for person in self._roster.companions:
            state, figure = self._world.people[person], self._draft.figures[person]
            if state.pose is not None:
                figure.poses.append(render(state.pose.parts, shown, self._roster))
            for act in (*state.doing, *((state.weak,) if state.weak is not None else ())):
                figure.deeds.append(render(act.parts, shown, self._roster))
            if state.face is not None:
                figure.faces.append(render(state.face.parts, shown, self._roster))
            state.pose = state.weak = state.face = None
            state.doing = []


def _without_wearing(clause: Clause) -> Clause:
    """The clause without deeds that are only what clothes are worn by: "trägt" is no carrying."""
    verbs = clause.of("wear", "put_on", "change")
    notes = [
        note
        for note in clause.notes
        if note.kind != "action" or not any(verb.at < note.end and note.at < verb.end for verb in verbs)
    ]
    return replace(clause, notes=notes, kinds=frozenset(note.kind for note in notes))

"""Simple Spanish, French, German and Japanese edits: a garment's colour, the time, the place, the weather."""

from __future__ import annotations

from dataclasses import replace

from bot.writers.rules.draft import Draft, DraftFigure
from bot.writers.rules.edited import EditedScene
from bot.writers.rules.foreign_clauses import Clause
from bot.writers.rules.foreign_deeds import EVERYWHERE
from bot.writers.rules.names import Roster
from bot.writers.rules.prompt_foreign import ForeignPromptReader
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import Garment


class ForeignEditReader(ForeignPromptReader):
    """Reads one edit in one language into an edited scene."""

    def __init__(self, language: str, edited: EditedScene, roster: Roster, vocabulary: Vocabulary) -> None:
        self._edited = edited
        self._said = Draft([DraftFigure() for _ in edited.figures])
        super().__init__(language, self._said, roster, vocabulary)
        self._vocabulary = vocabulary

    def read(self, text: str) -> None:
        """Apply what the text says."""
        super().read(text)
        self._edited.take(self._said)

    def _clause(self, clause: Clause, stretch: str) -> bool:
        gone = clause.has("negators", "take_off", "ended")
        if not gone:
            return super()._clause(clause, stretch)
        people = self._people(clause, stretch)
        garments = super().garments(clause)
        done = False
        for garment in garments:
            for person in people:
                done = self._edited.take_off(person, garment.noun, garment.text) or done
        for note in clause.of("weather"):
            done = self._edited.end_weather(note.value) or done
        for note in clause.of("object"):
            done = self._edited.drop_thing(note.value, people) or done
        return done

    def _people(self, clause: Clause, stretch: str) -> tuple[int, ...]:
        """Whom the clause names, else whoever wears what it speaks of."""
        found = super()._people(clause, stretch)
        if clause.names or clause.has("is_group", "is_female", "is_male"):
            return found
        for garment in super().garments(clause):
            return self._edited.wearers(garment.noun) or found
        return found

    def garments(self, clause: Clause, end: int = EVERYWHERE) -> list[Garment]:
        """What is to be worn; "das Kleid rot": a colour after its noun is the garment's as well."""
        found = super().garments(clause, end)
        colours = [note.value for note in clause.of("quality") if note.value in self._vocabulary.colours]
        said = " ".join(garment.text for garment in found).split()
        left = [colour for colour in dict.fromkeys(colours) if colour not in said]
        if found and left and found[0].text == found[0].noun:
            found[0] = replace(found[0], text=f"{left[-1]} {found[0].noun}")
        elif found and left:
            plain = found[0].text.split()
            found[0] = replace(
                found[0],
                text=" ".join([left[-1], *(word for word in plain if word not in self._vocabulary.colours)]),
            )
        return found

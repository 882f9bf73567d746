"""The scene writer that asks a language model, and the rules where it gives nothing usable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import structlog

from bot.domain.companion import Companion
from bot.domain.errors import NoCastError
from bot.domain.scene import Conversation, Figure, Scene
from bot.services.ports.language import LanguageModel, LanguageModelError
from bot.services.ports.writing import SceneWriter
from bot.writers.llm.asking import lines_of
from bot.writers.llm.casting import chosen
from bot.writers.llm.cleaning import MOST_DETAILS, OUTFIT, SHORT, Cleaner
from bot.writers.llm.form import FigureForm, SceneForm, form_for
from bot.writers.llm.instructions import INSTRUCTIONS
from bot.writers.llm.leaking import Instructed
from bot.writers.llm.naming import Names
from bot.writers.rules.vocabulary import vocabulary

log = structlog.get_logger()

_RUN = 4
"""So many words of the instructions in a row are no coincidence."""
_FRAMINGS = {1: "medium shot", 2: "two shot", 3: "group shot"}


class LlmWriter:
    """A :class:`bot.services.ports.writing.SceneWriter` that asks a model to read conversations.

    Prompts and edits are read by the rules. A member's prompt goes to the backend as it was typed, and its reading
    is only for what is drawn locally and for descriptions: it is worth neither the wait nor what an endpoint may
    charge. An edit must change nothing but what it speaks of, which the rules can promise and a model can't.
    """

    def __init__(self, model: LanguageModel, rules: SceneWriter) -> None:
        self._model = model
        self._rules = rules
        self._vocabulary = vocabulary()
        self._instructed = Instructed(INSTRUCTIONS, _RUN)

    async def write(self, conversation: Conversation) -> Scene:
        """The scene at the end of the conversation; where the model fails in any way, the rules' scene.

        Raises:
            NoCastError: there is no candidate at all.
        """
        if not conversation.candidates:
            raise NoCastError
        candidates = {candidate.companion_id: candidate for candidate in conversation.candidates}
        conversation = replace(conversation, candidates=tuple(candidates.values()))
        form = form_for(len(conversation.candidates))
        try:
            answer = await self._model.answer(INSTRUCTIONS, lines_of(conversation), form)
        except LanguageModelError as error:
            log.warning("scene_by_rules", reason=error.reason)
            return await self._rules.write(conversation)
        # A leak is dropped where it stands; in pieces over several fields it spoils the whole answer.
        rest = [value for value in answer.values() if not self._instructed.repeats(value)]
        if self._instructed.repeats(" ".join(rest)):
            log.warning("scene_by_rules", reason="repeats_instructions")
            return await self._rules.write(conversation)
        return await self._read(conversation, answer)

    async def read_prompt(self, text: str, cast: Sequence[Companion]) -> Scene:
        """The scene that a member's own prompt describes, by the rules: see the class."""
        return await self._rules.read_prompt(text, cast)

    async def edit(self, scene: Scene, words: str, cast: Sequence[Companion]) -> Scene:
        """A picture's scene with what the words change, by the rules: see the class."""
        return await self._rules.edit(scene, words, cast)

    async def _read(self, conversation: Conversation, answer: SceneForm) -> Scene:
        said = chosen(conversation, answer, self._vocabulary)
        if said:
            cleaner = self._cleaner(conversation, said)
            figures = tuple(_figure(cleaner, companion_id, form) for companion_id, form in said.items())
        else:
            log.info("cast_by_rules")
            figures = (await self._rules.write(conversation)).figures
            cleaner = self._cleaner(conversation, [figure.companion_id for figure in figures])
        details = [cleaner.phrase(detail) for detail in answer.details]
        return Scene(
            figures,
            setting=cleaner.place(answer.setting),
            time_of_day=cleaner.time(answer.time_of_day),
            weather=cleaner.weather(answer.weather),
            light=cleaner.phrase(answer.light, SHORT),
            mood=cleaner.phrase(answer.mood, SHORT),
            framing=cleaner.phrase(answer.framing, SHORT) or _FRAMINGS[len(figures)],
            details=tuple(dict.fromkeys(detail for detail in details if detail))[:MOST_DETAILS],
        )

    def _cleaner(self, conversation: Conversation, cast: Iterable[str]) -> Cleaner:
        return Cleaner(Names(conversation, cast, self._vocabulary), self._instructed)


def _figure(cleaner: Cleaner, companion_id: str, said: FigureForm) -> Figure:
    return Figure(
        companion_id,
        action=cleaner.phrase(said.action),
        pose=cleaner.phrase(said.pose),
        outfit=cleaner.phrase(said.outfit, OUTFIT),
        expression=cleaner.phrase(said.expression, SHORT),
    )

"""Who is in the picture: the model's choice, held against who is there and what the hint says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.domain.companion import fold_name
from bot.domain.scene import MAX_CAST, Candidate, Conversation
from bot.writers.llm.form import FigureForm, SceneForm, label
from bot.writers.rules.foreign import ForeignReader
from bot.writers.rules.hints import HintRead, read_hint
from bot.writers.rules.language import FOREIGN, detect
from bot.writers.rules.markup import clean
from bot.writers.rules.names import build_roster, split_name
from bot.writers.rules.vocabulary import Vocabulary
from bot.writers.rules.world import World


def chosen(conversation: Conversation, answer: SceneForm, vocabulary: Vocabulary) -> Mapping[str, FigureForm]:
    """Companion id → what the model says of it, most important first; at most :data:`MAX_CAST`.

    * Ids that are not among the candidates are dropped, and so is who neither spoke nor is named in the talk or
      the hint: nobody is in a picture because a message says "everyone".
    * Whom the hint names is in it, and nobody else; whom it leaves out is not.

    Each candidate is there once. Empty where the model chose nobody who is there and the hint names nobody.
    """
    candidates = conversation.candidates
    ids = {fold_name(candidate.name): candidate.companion_id for candidate in reversed(candidates)}
    ids |= {label(number): candidate.companion_id for number, candidate in enumerate(candidates)}
    said: dict[str, FigureForm] = {}
    for figure in answer.cast:
        said.setdefault(ids.get(fold_name(figure.id), ""), figure)
    known = _who_occurs(candidates, conversation) or {candidate.companion_id for candidate in candidates}
    picked = [companion_id for companion_id in said if companion_id in known]
    asked = _asked(conversation, candidates, vocabulary)
    named = [candidates[person].companion_id for person in asked.cast]
    if named:
        picked = [*named, *(picked if asked.adds else [])]
    unwanted = {candidates[person].companion_id for person in asked.without} - set(named)
    cast = [companion_id for companion_id in dict.fromkeys(picked) if companion_id not in unwanted]
    return {companion_id: said.get(companion_id, FigureForm()) for companion_id in cast[:MAX_CAST]}


def _who_occurs(candidates: Sequence[Candidate], conversation: Conversation) -> set[str]:
    """Companions who spoke, or with any word of their names in the talk or the hint."""
    speakers = {message.companion_id for message in conversation.messages}
    texts = [fold_name(text) for text in (*(m.text for m in conversation.messages), conversation.hint)]
    occurring: set[str] = set()
    for candidate in candidates:
        words = {word for name in (candidate.name, *candidate.aliases) for word in split_name(name)}
        if candidate.companion_id in speakers or any(word in text for text in texts for word in words):
            occurring.add(candidate.companion_id)
    return occurring


def _asked(conversation: Conversation, candidates: Sequence[Candidate], vocabulary: Vocabulary) -> HintRead:
    """Whom the hint names, by the rules: cheap, and deaf to whatever else it says. People are indexes."""
    hint = clean(conversation.hint).strip()
    if not hint:
        return HintRead()
    world = World(
        build_roster(Conversation((), tuple(candidates), conversation.requester), vocabulary.word_names)
    )
    language = detect(hint) or "en"
    if language in FOREIGN:
        return ForeignReader(language, world, vocabulary).read_hint(hint)
    return read_hint(world, hint, vocabulary)

"""Faces, states and limbs in a prompt: what is seen of somebody without a verb."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.writers.rules.actions import FACE_ADJECTIVES, STATES
from bot.writers.rules.draft import Draft
from bot.writers.rules.prompt_clause import Part
from bot.writers.rules.prompt_verbs import DeedFinder, tail
from bot.writers.rules.prompt_words import ADVERBS, BODIES, FACE, FEELINGS, NOT_A_FACE
from bot.writers.rules.verbs import Form
from bot.writers.rules.vocabulary import Vocabulary

_BEFORE_A_FEELING = frozenset(
    "looking feeling with be seeming appearing looks seems a an and is are very so both all".split()
)
_AFTER_A_FEELING = frozenset("and but in on at while as about".split())
_BEFORE_A_LIMB = frozenset("her his their both one with a the and 's".split())
_OWNERS = ("her ", "his ", "their ")


class FaceReader:
    """Reads expressions, poses and limbs into the draft."""

    def __init__(self, draft: Draft, deeds: DeedFinder, vocabulary: Vocabulary) -> None:
        self._draft = draft
        self._deeds = deeds
        self._vocabulary = vocabulary

    def faces(self, part: Part, people: tuple[int, ...]) -> None:
        """As in "with a shy smile", "eyes closed", "serious expression", "happy"."""
        words = part.sentence.words
        for start, end, match in part.found(FACE):
            text = part.text(start, end)
            last = match.group().split()[-1]
            if last in {"face", "look", "expression"}:
                text = text.removesuffix(last).strip()
                if not self._is_face(text, sure=last == "expression"):
                    continue
            for owner in _OWNERS:
                text = text.removeprefix(owner)
            self._keep(people, text)
            first = start
            while first > part.start and words[first - 1] in {"with", "a", "an", "and", "wearing"}:
                first -= 1
            part.use(first, end)
        for at in range(part.start, part.end):
            self._feeling(part, people, at)

    def _is_face(self, text: str, *, sure: bool) -> bool:
        last = text.rsplit(maxsplit=1)[-1] if text else ""
        return bool(last) and last not in NOT_A_FACE | self._vocabulary.colours and (sure or last in FEELINGS)

    def _feeling(self, part: Part, people: tuple[int, ...], at: int) -> None:
        words = part.sentence.words
        word = words[at]
        face = word if word in FEELINGS else FACE_ADJECTIVES.get(word)
        if face is None or at in part.used or (word.endswith("ing") and word in self._vocabulary.forms):
            return
        opens = at == part.start or at - 1 in part.used or words[at - 1] in _BEFORE_A_FEELING
        closes = at + 1 >= part.end or at + 1 in part.used or words[at + 1] in _AFTER_A_FEELING
        if not (opens and closes):
            return
        self._keep(people, face)
        first = at
        while first > part.start and words[first - 1] in _BEFORE_A_FEELING and first - 1 not in part.used:
            first -= 1
        part.use(first, at + 1)

    def _keep(self, people: tuple[int, ...], face: str) -> None:
        for person in people:
            self._draft.figures[person].faces.append(face)

    def states(self, part: Part, people: tuple[int, ...]) -> None:
        """How somebody is found: "seated at a table", "curled up on the sofa", "asleep"."""
        words = part.sentence.words
        for at in range(part.start, part.end):
            state = STATES.get(words[at])
            if not state or at in part.used:
                continue
            before = words[at - 1] if at > part.start else ""
            opens = at == part.start or at - 1 in part.used or before in ADVERBS or before.endswith("ly")
            form = self._vocabulary.forms.get(words[at])
            if not opens or (form is not None and form.form is Form.ING):
                continue
            rest = at + 1
            if state.endswith((" up", " out")) and rest < part.end and words[rest] in {"up", "out"}:
                rest += 1
            stop = rest
            while stop < part.end and stop not in part.used and not self._deeds.starts(part, stop):
                stop += 1
            text = f"{state} {tail(part, rest, stop)}".strip()
            for person in people:
                self._draft.figures[person].poses.append(text)
            part.use(at, stop)

    def limbs(self, part: Part, people: tuple[int, ...]) -> None:
        """As in "arms crossed", "with her hands in her pockets", "one hand on the wheel"."""
        words = part.sentence.words
        for at in range(part.start, part.end - 1):
            if words[at] not in BODIES or at in part.used or at + 1 in part.used:
                continue
            first = at
            while first > part.start and words[first - 1] in _BEFORE_A_LIMB and first - 1 not in part.used:
                first -= 1
            if not (first == part.start or first - 1 in part.used or words[first] == "with"):
                continue
            stop = at + 1
            while stop < part.end and stop not in part.used:
                stop += 1
            kept = at
            while kept > first and words[kept - 1] in {"both", "one"}:
                kept -= 1
            for person in people:
                self._draft.figures[person].deeds.append(part.text(kept, stop))
            part.use(first, stop)
            return

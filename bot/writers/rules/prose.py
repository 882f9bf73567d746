"""Whether plain text is prose about what happens, or something that is said."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.writers.rules.names import Roster
from bot.writers.rules.sentences import Mark, Sentence
from bot.writers.rules.subjects import OTHER, Turn
from bot.writers.rules.verbs import Form, Kind
from bot.writers.rules.vocabulary import Vocabulary

_FIRST_PERSON = frozenset("i me my we us our myself mine you your".split())


class ProseJudge:
    """Tells prose from speech, and who performs (sings, reads aloud) from who speaks."""

    def __init__(self, vocabulary: Vocabulary, roster: Roster) -> None:
        self._vocabulary = vocabulary
        self._roster = roster

    def performs(self, sentence: Sentence) -> bool:
        """Whether the action sings, recites or reads aloud: the speech after it is not the speaker's own."""
        words = sentence.words
        verb = next((at for at, word in enumerate(words) if word in self._vocabulary.performs), None)
        if verb is None:
            return False
        if words[verb] in {
            "sings",
            "singing",
            "sang",
            "sing",
            "recites",
            "reciting",
            "raps",
            "narrates",
            "mimics",
            "mimicking",
            "impersonates",
            "mocking",
            "mocks",
            "quotes",
            "quoting",
        }:
            return True
        return any(word in self._vocabulary.performs_with for word in words[verb:])

    def first_person(self, found: list[Sentence]) -> bool:
        """Such as "I drop my bag on the deck and lean on the rail.": "I" and something to be seen."""
        for sentence in found:
            words = sentence.words
            if words[0] != "i" or len(words) < 4 or sentence.question:  # noqa: PLR2004
                continue
            form = self._vocabulary.forms.get(words[1])
            if (
                form is None
                or form.form is not Form.BASE
                or form.kind not in {Kind.POSE, Kind.STRONG, Kind.MOTION}
            ):
                continue
            if {"the", "my", "a", "her", "his", "their", "your", "down", "up", "onto", "into"} & set(
                words[2:6]
            ):
                return not any(mark.mark is Mark.HABIT for mark in sentence.marks)
        return False

    def third_person(self, found: list[Sentence], turn: Turn) -> bool:
        """Plain text in the third person: its own name or another's with a verb, and no "I" or "you"."""
        if any(not _FIRST_PERSON.isdisjoint(sentence.words) for sentence in found):
            return False
        first = found[0] if found else None
        if first is None or not first.names:
            pronoun = first is not None and first.words[0] in {"she", "he"} and turn.speaker != OTHER
            return first is not None and pronoun and not turn.starred and self._drawn(first, 1)
        name = first.names[0]
        opens = name.start == 0 or first.words[0] in {"the", "as", "then", "while"}
        if not opens:
            return False
        if name.person == turn.speaker:
            return True
        if turn.starred and turn.speaker != OTHER and self._roster.is_companion(turn.speaker):
            return False  # what it does stands between asterisks, so this is what it says about another
        at = name.end
        while at < len(first.words) and (
            first.words[at] in {"and", ","} or any(other.start == at for other in first.names)
        ):
            at += 1
        return self._drawn(first, at, several=at > name.end)

    def shows(self, sentence: Sentence, turn: Turn) -> bool:
        """Such as "In the garden, Mira waters the roses.": a member who tells what somebody visibly does."""
        if sentence.question or (turn.speaker != OTHER and self._roster.is_companion(turn.speaker)):
            return False
        return any(
            self._roster.is_companion(name.person) and self._drawn(sentence, name.end)
            for name in sentence.names
        )

    def _drawn(self, sentence: Sentence, at: int, *, several: bool = False) -> bool:
        """Whether the word at ``at`` is a verb that a picture shows; ``several`` people take its base form."""
        words = sentence.words
        while at < len(words) and words[at].endswith("ly"):
            at += 1
        form = self._vocabulary.forms.get(words[at]) if at < len(words) else None
        habit = any(mark.mark is Mark.HABIT for mark in sentence.marks)
        return (
            form is not None
            and (form.form in {Form.S, Form.PAST} or (several and form.form is Form.BASE))
            and (form.kind is not Kind.UNSEEN or form.base in self._vocabulary.presence_verbs)
            and not habit
        )

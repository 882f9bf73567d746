"""What the words of an edit mean: who, which garments, which colours."""

# ruff: noqa: SIM905 -- word lists read best as words

from __future__ import annotations

from bot.domain.companion import Gender
from bot.writers.rules.draft import Draft, DraftFigure
from bot.writers.rules.garments import Found, find_garments
from bot.writers.rules.names import Roster
from bot.writers.rules.outfit_text import Piece
from bot.writers.rules.prompt_english import PromptReader
from bot.writers.rules.prompt_people import About
from bot.writers.rules.sentences import Sentence, sentences
from bot.writers.rules.verbs import Form, Kind, gerund
from bot.writers.rules.vocabulary import Vocabulary

COMMANDS = frozenset(
    "change turn make switch swap replace remove take add put give set move let have keep leave show close open"
    " dim zoom get delete drop lose no without include insert dress paint color colour recolor bring place convert"
    " hide erase don't do same everything wear only just please also shut step kill".split()
)
"""Words that open a command; any other goes on with the one before."""
LONGEST_WHO = 5
_FEMALE = frozenset("she her hers woman girl lady".split())
_MALE = frozenset("he him his man boy guy".split())
_EVERYONE = frozenset("they them their both all everyone everybody each".split())
_LOOSE = frozenset("a an the and some please also with add".split())
_BARE = frozenset("a an the some any all her his their its in on at to into with of".split())
_AROUND_COLOURS = frozenset("a an the completely entirely all more one colour color in".split())


class EditWords:
    """The command that is being read, and the cast that it may be about."""

    def __init__(self, roster: Roster, vocabulary: Vocabulary) -> None:
        self._roster = roster
        self._vocabulary = vocabulary
        self.about = About(roster)
        self.words: list[str] = []
        self.raw: list[str] = []

    def shown(self, text: str) -> str:
        """Part of the command as it was written, without loose words in front."""
        words = text.split()
        for at in range(len(self.words) - len(words) + 1):
            if self.words[at : at + len(words)] == words:
                words = [self._written(at + number) for number in range(len(words))]
                break
        while len(words) > 1 and words[0].lower() in _LOOSE:
            words = words[1:]
        return " ".join(words).replace(" 's", "'s")

    def _written(self, at: int) -> str:
        raw = self.raw[at]
        proper = at > 0 and raw[:1].isupper() and not raw.isupper()
        return raw if proper or self.words[at] in self._roster.forms else raw.lower()

    def who(self, text: str) -> tuple[int, ...]:
        """Whom the words name, by name or by pronoun; empty where they name no one."""
        words = text.split()
        found = [
            form.person
            for at, word in enumerate(words)
            for form in self._roster.forms.get(word, ())[:1]
            if tuple(words[at : at + len(form.words)]) == form.words
        ]
        if found:
            found = list(dict.fromkeys(found))
            self.about.names(found)
            return tuple(found)
        for word in words:
            if word in _FEMALE:
                return self.about.of_gender(Gender.FEMALE)
            if word in _MALE:
                return self.about.of_gender(Gender.MALE)
        return () if _EVERYONE.isdisjoint(words) else self.about.everyone

    def is_person(self, text: str) -> bool:
        """Whether the words are somebody of the cast and nothing else."""
        words = text.split()
        if not words or len(words) > LONGEST_WHO:
            return False
        pronoun = words[-1] in _FEMALE | _MALE and words[0] in {"the", words[-1]}
        group = words[0] in _EVERYONE and all(
            word in {words[0], "of", "them", "three", "two"} for word in words
        )
        return pronoun or group or all(word in {"and", "&"} or word in self._roster.forms for word in words)

    def sentence(self, text: str) -> Sentence | None:
        """The words with what is known marked."""
        found = sentences(text)
        if not found:
            return None
        self._vocabulary.index.mark(found[0])
        return found[0]

    def garments(self, text: str) -> list[Found]:
        """The garments among the words."""
        sentence = self.sentence(text)
        if sentence is None:
            return []
        return find_garments(sentence, 0, len(sentence.words), self._vocabulary, -1)

    def colour(self, text: str) -> str:
        """The colour that a value is, where it is nothing but one."""
        words = [word for word in text.split() if word not in _AROUND_COLOURS]
        known = self._vocabulary.colours

        def is_colour(word: str) -> bool:
            return word in known or word == "and" or word.removesuffix("ish") in known

        return " ".join(words) if words and all(map(is_colour, words)) else ""

    def gerund(self, word: str) -> str:
        """The gerund of a bare verb that shows something, else ""."""
        form = self._vocabulary.forms.get(word)
        if form is None or form.kind is Kind.UNSEEN or form.form is Form.PAST:
            return ""
        return word if form.form is Form.ING else gerund(form.base, self._vocabulary.irregular)

    def is_base(self, word: str) -> bool:
        """Whether a word is a verb without an ending that shows something: "smile", "sit"."""
        form = self._vocabulary.forms.get(word)
        return form is not None and form.form is Form.BASE and form.kind is not Kind.UNSEEN

    def draft(self, text: str, who: tuple[int, ...]) -> Draft:
        """What a prompt of these words would say, about ``who`` where it names no one."""
        draft = Draft([DraftFigure() for _ in self._roster.companions])
        reader = PromptReader(draft, self._roster, self._vocabulary)
        reader.about.now = who or reader.about.everyone
        written = dict(zip(self.words, self.raw, strict=True))
        reader.read(" ".join(written.get(word, word) for word in text.split()).replace(" 's", "'s"))
        return draft


def piece(one: Found) -> Piece:
    """A garment as part of an outfit."""
    return Piece(",", one.garment.text, one.garment.noun, one.garment.slot)


def bare(text: str) -> str:
    """Words without articles, owners and prepositions in front."""
    words = text.split()
    while len(words) > 1 and words[0] in _BARE:
        words = words[1:]
    return " ".join(words).replace(" 's", "'s")

"""What a line of the evaluation files says, and where the files are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

type_of_set = Literal["conversations", "holdout", "fresh", "unseen", "strangers"]
SETS: tuple[type_of_set, ...] = ("conversations", "holdout", "fresh", "unseen", "strangers")
LANGUAGES = ("english", "spanish", "french", "german", "japanese")

Word = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Words = Annotated[list[Word], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Companion(_Strict):
    """Somebody who could be in the picture: invited to the channel, present in the scene or not."""

    name: Word
    aliases: list[Word]
    gender: Literal["female", "male", "nonbinary"]


class Message(_Strict):
    """One message of the log."""

    speaker: Word
    is_companion: bool
    text: Word


class Gold(_Strict):
    """What a reasonable reader would say about the picture at the end of the log; None is not scored."""

    cast: Words
    may: list[Word] = []
    """Companions whose being in the picture or not is a matter of taste: both count as right."""
    setting: Words | None
    time: Words | None
    weather: Words | None
    outfits: dict[str, Words]
    actions: dict[str, Words]
    forbidden: list[Word]


class Conversation(_Strict):
    """One line: the input of ``python -m bot scene``, with tags and the expected answer."""

    id: Word
    companions: Annotated[list[Companion], Field(min_length=1)]
    messages: list[Message]
    requester: Word
    hint: str
    tags: Words
    gold: Gold

    def question(self) -> dict[str, Any]:
        """Only what the writer may see."""
        return self.model_dump(exclude={"tags", "gold"})


class Person(BaseModel):
    """One companion of an answer."""

    name: str
    outfit: str | None = None
    action: str | None = None


class Answer(BaseModel):
    """One output line of ``python -m bot scene``; other keys are of no interest here."""

    id: str
    cast: list[str]
    text: str
    setting: str | None = None
    time: str | None = None
    weather: str | None = None
    per_companion: list[Person] = []

    def field_of(self, name: str, field: Literal["outfit", "action"]) -> str:
        """What the answer says of one companion, or nothing."""
        said = (getattr(person, field) for person in self.per_companion if person.name == name)
        return cast("str | None", next(said, None)) or ""


def load(which: str, language: str) -> list[Conversation]:
    """Read one file of one set."""
    path = Path(__file__).parent / which / f"{language}.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Conversation.model_validate_json(line) for line in lines if line.strip()]


def load_set(which: str) -> Iterator[tuple[str, Conversation]]:
    """Read all files of one set, with their language."""
    for language in LANGUAGES:
        for conversation in load(which, language):
            yield language, conversation

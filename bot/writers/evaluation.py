"""The writer on records from a file: what ``python -m bot scene`` reads and prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.companion import Gender, fold_name
from bot.domain.prompts import activity, scene_text
from bot.domain.scene import Candidate, Conversation, Message, Scene
from bot.writers.rules.writer import RulesWriter


class BadRecordError(ValueError):
    """A record is not as it must be; the text names the record, the field, and what is wrong."""


class CompanionRecord(BaseModel):
    """One companion of a record."""

    model_config = ConfigDict(extra="ignore")

    name: str = Field(min_length=1)
    aliases: list[str] = Field(default_factory=list)
    gender: Gender = Gender.NONBINARY


class MessageRecord(BaseModel):
    """One message of a record; ``is_companion`` says that a companion called ``speaker`` wrote it."""

    model_config = ConfigDict(extra="ignore")

    speaker: str
    is_companion: bool = False
    text: str


class SceneRecord(BaseModel):
    """One line of the input file, messages oldest first."""

    model_config = ConfigDict(extra="ignore")

    id: str | int
    companions: list[CompanionRecord]
    messages: list[MessageRecord]
    requester: str = ""
    hint: str | None = None


Write = Callable[[Conversation], Scene]


def scene_lines(
    records: Iterable[dict[str, object]], write: Write | None = None
) -> Iterator[dict[str, object]]:
    """For each record what the writer makes of it, in order.

    Yields ``{"id", "cast": [names], "text", "setting", "time", "weather", "per_companion": [{"name",
    "outfit", "action"}]}``; ``action`` is pose, action and expression in one phrase. A record
    without companions has an empty cast and text. ``write`` is the writer; None: the rules.

    Raises:
        BadRecordError: a record is not valid; records before it have been yielded.
    """
    write = write or RulesWriter().scene
    for number, raw in enumerate(records, start=1):
        try:
            record = SceneRecord.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "record"
            raise BadRecordError(f"record {number}: {where}: {first['msg']}") from error
        yield _answer(write, record)


def _answer(write: Write, record: SceneRecord) -> dict[str, object]:
    if not record.companions:
        return {
            "id": record.id,
            "cast": [],
            "text": "",
            "setting": "",
            "time": "",
            "weather": "",
            "per_companion": [],
        }
    conversation = _conversation(record)
    scene = write(conversation)
    names = {candidate.companion_id: candidate.name for candidate in conversation.candidates}
    return {
        "id": record.id,
        "cast": [names[companion_id] for companion_id in scene.cast],
        "text": scene_text(scene, names),
        "setting": scene.setting,
        "time": scene.time_of_day,
        "weather": scene.weather,
        "per_companion": [
            {"name": names[figure.companion_id], "outfit": figure.outfit, "action": activity(figure)}
            for figure in scene.figures
        ],
    }


def _conversation(record: SceneRecord) -> Conversation:
    """The record as the bot would hand it over: ids by position, speakers resolved by folded name or alias."""
    candidates = tuple(
        Candidate(
            companion_id=f"{index}",
            name=companion.name,
            aliases=tuple(companion.aliases),
            gender=companion.gender,
        )
        for index, companion in enumerate(record.companions)
    )
    by_name: dict[str, str] = {}
    for candidate in candidates:
        by_name.setdefault(fold_name(candidate.name), candidate.companion_id)
    for candidate in candidates:
        for alias in candidate.aliases:
            by_name.setdefault(fold_name(alias), candidate.companion_id)
    messages = tuple(
        Message(
            speaker=message.speaker,
            text=message.text,
            companion_id=by_name.get(fold_name(message.speaker), "") if message.is_companion else None,
        )
        for message in record.messages
    )
    return Conversation(
        messages=messages, candidates=candidates, requester=record.requester, hint=record.hint or ""
    )

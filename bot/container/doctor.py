"""The job ``python -m bot doctor``: everything that the settings name is tried, and what is wrong is said.

It makes no picture, asks Discord only about the token and shards, and leaves everything as it was; it may run
beside the bot.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from bot.backends.registry import BACKENDS, entry_of, make_backend
from bot.container.databases import missing_migrations
from bot.container.discord_check import DiscordProblemError, ask_discord
from bot.container.language import open_language, open_writer
from bot.container.stores import make_store
from bot.domain.picture import Resolution
from bot.extras import has_playground
from bot.services.ports.images import Capabilities
from bot.services.ports.language import LanguageModel
from bot.services.ports.storage import StorageError
from bot.settings import Settings, SettingsError, wrong_settings
from bot.stores.folder import cannot_write
from bot.stores.s3 import S3Settings
from db.errors import MigrationError

ANSWER_WITHIN_S = 30.0
"""How long one service may take to say how it is."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it is like, or what is wrong and what to do, in one line."""

    text: str
    is_wrong: bool = False

    def line(self) -> str:
        """As it is printed."""
        return f"{'!!' if self.is_wrong else 'ok'}  {' '.join(self.text.split())}"


async def examine() -> Sequence[Finding]:
    """Look at everything; where settings are wrong, only at those, because the rest hangs on them."""
    wrong = [Finding(line, is_wrong=True) for line in wrong_settings(Settings)]
    wrong += [Finding(line, is_wrong=True) for line in _misspelt()]
    settings = None if wrong_settings(Settings) else Settings()
    if settings is None:
        return wrong
    number = len(Settings.model_fields)
    return [
        *(wrong or [Finding(f"settings: all {number} can be what they are")]),
        await _discord(settings),
        await _database(settings),
        *await _store(settings),
        *[finding for name in settings.image_backends for finding in await _backend(name)],
        *await _language(settings),
        _moderation(settings),
    ]


def _misspelt() -> Iterator[str]:
    """Names in ``.env`` that nothing reads."""
    groups = (Settings, S3Settings, *(entry_of(name).settings for name in BACKENDS))
    known = sorted({name.upper() for group in groups for name in group.model_fields})
    for name in dotenv_values(".env", interpolate=False):
        if name.upper() not in known:
            nearest = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {nearest[0]}?" if nearest else "take it out"
            yield f".env: {name} is no setting: {hint}"


async def _discord(settings: Settings) -> Finding:
    if settings.discord_token is None:
        if has_playground():
            return Finding("DISCORD_TOKEN is not set: the start command runs the playground")
        return Finding("DISCORD_TOKEN is not set: put the bot's token in .env", is_wrong=True)
    try:
        return Finding(await ask_discord(settings))
    except DiscordProblemError as problem:
        return Finding(str(problem), is_wrong=True)


async def _database(settings: Settings) -> Finding:
    name = settings.database_path
    try:
        missing = await missing_migrations(settings)
    except SettingsError as error:
        return Finding(str(error), is_wrong=True)
    except (StorageError, MigrationError) as error:
        return Finding(f"DATABASE_URL: {name}: {error.reason}", is_wrong=True)
    if missing is None:
        problem = await asyncio.to_thread(cannot_write, Path(name).parent)
        if problem:
            return Finding(f"DATABASE_URL: {problem}", is_wrong=True)
        return Finding(f"database: {name} is not there yet: the first start makes it")
    if missing:
        return Finding(f"database: {name} opens; the next start brings {missing} migrations")
    return Finding(f"database: {name} opens and is up to date")


async def _store(settings: Settings) -> Sequence[Finding]:
    try:
        store = make_store(settings)
    except SettingsError as error:
        return [Finding(str(error), is_wrong=True)]
    try:
        problems = await _asked("IMAGE_STORE", store.problems)
    finally:
        await store.close()
    return problems or [Finding(f"pictures: {settings.image_store} can be written")]


async def _backend(name: str) -> Sequence[Finding]:
    if name not in BACKENDS:
        return [
            Finding(f"IMAGE_BACKENDS: there is no {name}: choose from {', '.join(BACKENDS)}", is_wrong=True)
        ]
    lines = wrong_settings(entry_of(name).settings)
    if lines:
        return [Finding(line, is_wrong=True) for line in lines]
    try:
        backend = make_backend(name)
    except SettingsError as error:
        return [Finding(str(error), is_wrong=True)]
    try:
        problems = await _asked(f"backend {name}", backend.problems)
    finally:
        await backend.close()
    return problems or [Finding(f"backend {name}: {_abilities(backend.capabilities)}")]


def _abilities(can: Capabilities) -> str:
    sizes = ", ".join(resolution.value for resolution in Resolution if resolution in can.resolutions)
    likeness = f"likeness of up to {can.max_references}" if can.max_references else "no likeness"
    return f"pictures in {sizes}, {likeness}, {'edits' if can.edit else 'no edits'}"


async def _language(settings: Settings) -> Sequence[Finding]:
    try:
        language = open_language(settings)
    except SettingsError as error:
        return [Finding(str(error), is_wrong=True)]
    if language is None:
        found = [Finding("language model: none is set, so companions speak only through /companion speak")]
        return [*found, *_writer(settings, None)]
    try:
        problems = await _asked("language model", language.problems)
        good = Finding(f"language model: {settings.chat_model} answers at {settings.chat_base_url}")
        return [*(problems or [good]), *_writer(settings, language)]
    finally:
        await language.close()


def _writer(settings: Settings, language: LanguageModel | None) -> Sequence[Finding]:
    try:
        open_writer(settings, language)
    except SettingsError as error:
        return [Finding(str(error), is_wrong=True)]
    return [Finding(f"scene writer: {settings.writer}")]


def _moderation(settings: Settings) -> Finding:
    beside = " and OpenAI's moderation" if settings.openai_api_key else ""
    return Finding(f"safety: the built-in rules{beside}")


async def _asked(what: str, problems: Callable[[], Awaitable[Sequence[str]]]) -> Sequence[Finding]:
    """What a service says is wrong; a service that fails at saying it is wrong itself."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            found = await problems()
    except TimeoutError:
        found = ("it does not answer: try again later, or see whether it runs",)
    except Exception as error:  # noqa: BLE001  whatever it is, the other checks go on
        found = (f"it can't be asked ({type(error).__name__}): see whether it runs",)
    return [Finding(f"{what}: {line}", is_wrong=True) for line in found]

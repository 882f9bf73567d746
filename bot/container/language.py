"""The language model and the scene writer that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager

from bot.domain.scene import Conversation, Scene
from bot.services.ports.addressing import NameReader
from bot.services.ports.language import LanguageModel
from bot.services.ports.wishes import PhotoWishes
from bot.services.ports.writing import SceneWriter
from bot.settings import Settings, SettingsError


def open_language(settings: Settings) -> LanguageModel | None:
    """The chat endpoint; None where none is set. Connects to nothing yet; whoever opens it closes it.

    Raises:
        SettingsError: half of it is set, or its extra is not installed.
    """
    base_url, model, key = settings.chat_base_url, settings.chat_model, settings.chat_api_key
    if base_url is None and model is None:
        return None
    if base_url is None:
        raise SettingsError("CHAT_BASE_URL: CHAT_MODEL is set, so say at which address that model answers")
    if model is None:
        raise SettingsError("CHAT_MODEL: CHAT_BASE_URL is set, so name a model of that endpoint")
    from bot.language import ChatEndpoint  # noqa: PLC0415  loaded only where it is set

    return ChatEndpoint(
        base_url, model, key.get_secret_value() if key else None, timeout_s=settings.chat_timeout_s
    )


def open_writer(
    settings: Settings, language: LanguageModel | None, rules: SceneWriter | None = None
) -> SceneWriter:
    """The scene writer, over the ``rules`` that are given, or over some in this process.

    Raises:
        SettingsError: it needs a language model, and there is none.
    """
    if settings.writer == "rules":
        return rules or _rules_here()
    if language is None:
        raise SettingsError("WRITER: llm needs CHAT_BASE_URL and CHAT_MODEL")
    if settings.chat_timeout_s >= settings.request_deadline_s:
        raise SettingsError("CHAT_TIMEOUT_S: choose less than REQUEST_DEADLINE_S")
    from bot.writers.llm import LlmWriter  # noqa: PLC0415  loaded only where it is chosen

    return LlmWriter(language, rules or _rules_here())


def _rules_here() -> SceneWriter:
    from bot.writers.rules.writer import RulesWriter  # noqa: PLC0415  jobs that read no talk do without

    return RulesWriter()


def open_wishes() -> PhotoWishes:
    """What reads wishes for pictures in talk; its grammars are compiled in a thread meanwhile."""
    from bot.writers.rules.wishes import RulesWishes  # noqa: PLC0415  as above

    wishes = RulesWishes()
    asyncio.get_running_loop().run_in_executor(None, wishes.load)
    return wishes


def open_name_reader() -> NameReader:
    """What tells whom a message addresses."""
    from bot.writers.rules.addressing import RulesNameReader  # noqa: PLC0415  as above

    return RulesNameReader()


@contextmanager
def scenes_by(settings: Settings) -> Generator[Callable[[Conversation], Scene]]:
    """The settings' writer as a plain function, for the command line: one conversation after the other.

    Raises:
        SettingsError: see :func:`open_writer`.
    """
    language = open_language(settings)
    writer = open_writer(settings, language)
    with asyncio.Runner() as runner:
        try:
            yield lambda conversation: runner.run(writer.write(conversation))
        finally:
            if language is not None:
                runner.run(language.close())

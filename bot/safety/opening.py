"""The safety check that a deployment has."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.safety.rules import RulesCheck
from bot.services.ports.safety import SafetyCheck


@asynccontextmanager
async def open_safety(api_key: str | None, base_url: str) -> AsyncGenerator[SafetyCheck]:
    """The built-in rules; with a key, OpenAI's moderation at ``base_url`` beside them."""
    if api_key is None:
        yield RulesCheck()
        return
    # Loaded only where there is a key.
    from bot.safety.combined import CombinedCheck  # noqa: PLC0415
    from bot.safety.openai_moderation import OpenAiModeration  # noqa: PLC0415

    moderation = OpenAiModeration(api_key, base_url)
    try:
        yield CombinedCheck(RulesCheck(), moderation)
    finally:
        await moderation.close()

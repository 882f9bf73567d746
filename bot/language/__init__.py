"""The language model: a chat endpoint that speaks OpenAI's protocol."""

from bot.language.endpoint import ChatEndpoint

__all__ = ["ChatEndpoint"]

"""The LLM writer: conversation to scene with a language model, and the rules where that fails."""

from bot.writers.llm.writer import LlmWriter

__all__ = ["LlmWriter"]

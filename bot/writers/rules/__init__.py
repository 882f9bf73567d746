"""The rules writer: conversation to scene with word lists and grammar, no model and no network."""

from bot.writers.rules.writer import RulesWriter

__all__ = ["RulesWriter"]

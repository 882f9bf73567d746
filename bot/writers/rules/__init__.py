"""The rules writer: conversation to scene with word lists and grammar, no model and no network.

Nothing is imported here: the bot itself reads wishes and names with a few of these modules, and leaves the writer
(:mod:`bot.writers.rules.writer`) to the process that runs it.
"""

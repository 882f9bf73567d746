"""The stage of the fault tests is that of the end-to-end tests."""

from __future__ import annotations

from tests.e2e.conftest import discord_description, stage

__all__ = ["discord_description", "stage"]

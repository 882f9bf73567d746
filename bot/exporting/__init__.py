"""Exports: what is kept about a member, as zips of JSON, pictures and a page to read them by."""

from __future__ import annotations

from bot.exporting.zips import ZipPress

__all__ = ["ZipPress"]

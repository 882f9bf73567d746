"""Metrics for Prometheus, and a page that says whether the bot is well; loaded only where METRICS_PORT is set."""

from __future__ import annotations

from bot.metrics.meter import PrometheusMeter
from bot.metrics.serving import Sources, serve

__all__ = ["PrometheusMeter", "Sources", "serve"]

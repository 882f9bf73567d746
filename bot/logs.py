"""Structured logs: one line per business event, ids and no message text or secrets."""

from __future__ import annotations

import logging
import re
import sys
import threading
from types import TracebackType
from typing import Any

import structlog

from bot.settings import Settings, known_secrets

_SIGNED_PATH = re.compile(r"((?:webhooks|interactions)/\d+/)[\w.%=+~-]+")
_TOKEN_FIELD = re.compile(r"""(\btoken\\?['"]?\s*[:=]\s*\\?['"])[^'"\\\s]+""", re.IGNORECASE)
"""In JSON, a repr or a call, as it may stand in what a library says."""


def configure_logs(settings: Settings) -> None:
    """Send every log, ours and the libraries', through one pipeline to standard error."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                # plain: a traceback with local variables would print tokens
                exception_formatter=structlog.dev.plain_traceback,
            )
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _WithoutSecrets(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    _catch_the_rest()
    logging.getLogger("discord").setLevel(logging.WARNING)


def _catch_the_rest() -> None:
    """What Python itself would print: the error that ends the program or a thread, or that nobody could take."""
    log = logging.getLogger("bot")

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("uncaught_error", exc_info=(kind, error, trace))

    def thread_ended(ended_by: threading.ExceptHookArgs) -> None:
        log.error("thread_died", exc_info=ended_by.exc_value)

    def ignored(what: Any) -> None:
        log.error("error_ignored", exc_info=what.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = ended, thread_ended, ignored
    logging.captureWarnings(capture=True)


class _WithoutSecrets(structlog.stdlib.ProcessorFormatter):
    """Takes tokens out of the finished line, whatever brought them there: a message, a field, a traceback.

    discord.py logs the addresses that it asked, and those of interactions and webhooks carry their token. What else is
    secret is asked for with each line: backends and stores read settings of their own, later.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = _TOKEN_FIELD.sub(r"\1…", _SIGNED_PATH.sub(r"\1…", super().format(record)))
        for secret in known_secrets():
            line = line.replace(secret, "…")
        return line

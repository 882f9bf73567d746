"""Structured logs: one line per business event, ids and no message text or secrets."""

from __future__ import annotations

import logging
import re
import sys

import structlog

from bot.settings import Settings

_SIGNED_PATH = r"(/(?:webhooks|interactions)/\d+/)[\w.-]+"


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
    handler.addFilter(_SecretFilter())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("discord").setLevel(logging.WARNING)


class _SecretFilter(logging.Filter):
    """Takes interaction and webhook tokens out of messages: discord.py logs the addresses it asked."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):
            text = record.getMessage()
            record.msg, record.args = _without_secrets(text), None
        return True


def _without_secrets(text: str) -> str:
    return re.sub(_SIGNED_PATH, r"\1…", text)

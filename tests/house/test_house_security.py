"""What keeps text and secrets where they belong, looked for in every file; and that the page on it is true."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import discord

from tests.house.conftest import NotingBot
from tests.house.house import OURS, ROOT, name_of, page, python_files, run_python, table_rows, tree_of

PAGE = "docs/security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
SENDING = {"send", "send_message", "edit", "edit_message", "edit_original_response"}
SPEAKING = {"view", "content", "embed", "embeds"}
SECRET_WORDS = re.compile(r"token|secret|password|api_key|authorization|credential", re.IGNORECASE)
ABOUT_SECRETS = re.compile(
    r"token_(?:until|lifetime)|_ms$|^tokens$"
)  # their times; words as a reader takes them
TYPED_WORDS = {
    "text",
    "texts",
    "content",
    "prompt",
    "hint",
    "words",
    "note",
    "reason_text",
    "persona",
    "name",
    "typed",
}
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
OPENAI_KEY = "sk-proj-0123456789-not-real"


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr


def _named_tests() -> list[tuple[str, str]]:
    rows = [row for row in table_rows(page(PAGE)) if len(row) == 3]
    assert len(rows) >= 40
    without = [row[0] for row in rows if not NAMED.search(row[2])]
    assert without == [], "each input has its test"
    return [found for row in rows for found in NAMED.findall(row[2])]


def test_every_test_that_the_page_names_is_there_and_collected() -> None:
    named = _named_tests()
    files = sorted({file for file, _ in named})
    missing = [file for file in files if not (ROOT / file).exists()]
    assert missing == []
    told = run_python("-m", "pytest", "--collect-only", "-p", "no:cacheprovider", *files, folder=ROOT)
    collected = {re.sub(r"\[.*", "", line) for line in told.stdout.splitlines()}
    assert [f"{file}::{test}" for file, test in named if f"{file}::{test}" not in collected] == []


def test_nothing_is_sent_without_saying_that_it_pings_nobody() -> None:
    loud = [
        f"{name_of(file)}:{call.lineno}"
        for file in python_files("cogs", "bot")
        for call, attribute in _calls(tree_of(file))
        if attribute in SENDING
        and {keyword.arg for keyword in call.keywords} & SPEAKING
        and "allowed_mentions" not in {keyword.arg for keyword in call.keywords}
    ]
    assert loud == []
    for file in python_files("cogs", "bot"):
        for call, _ in _calls(tree_of(file)):
            for keyword in call.keywords:
                if keyword.arg == "allowed_mentions":
                    assert ast.unparse(keyword.value) in {"NO_PINGS", "discord.AllowedMentions.none()"}, (
                        name_of(file)
                    )


async def test_what_forgets_to_say_so_pings_nobody_either(loaded_bot: NotingBot) -> None:
    assert loaded_bot.allowed_mentions is not None
    assert loaded_bot.allowed_mentions.to_dict() == discord.AllowedMentions.none().to_dict() == {"parse": []}


def test_what_people_typed_is_made_plain_in_one_place() -> None:
    others = [
        name_of(file)
        for file in python_files(*OURS)
        if re.search(
            r"escape_markdown\(|escape_mentions\(|remove_markdown\(", file.read_text(encoding="utf-8")
        )
    ]
    assert others == []


def test_no_log_line_is_given_a_secret_or_what_somebody_typed() -> None:
    told: list[str] = []
    for file in python_files(*OURS):
        for call, attribute in _calls(tree_of(file)):
            receiver = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
            if attribute not in LEVELS or receiver not in {"log", "logger", "_log"}:
                continue
            given = [
                ast.unparse(argument) for argument in (*call.args[1:], *(k.value for k in call.keywords))
            ]
            names = {keyword.arg or "" for keyword in call.keywords}
            wrong = [
                part
                for part in (*given, *names)
                if SECRET_WORDS.search(part) and not ABOUT_SECRETS.search(part)
            ]
            if wrong or names & TYPED_WORDS:
                told.append(f"{name_of(file)}:{call.lineno} {wrong or names & TYPED_WORDS}")
    assert told == []


def test_no_repr_shows_a_secret() -> None:
    shown: list[str] = []
    for file in python_files(*OURS):
        for node in ast.walk(tree_of(file)):
            if not isinstance(node, ast.ClassDef):
                continue
            for field in node.body:
                if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
                    continue
                name, kind = field.target.id, ast.unparse(field.annotation)
                is_secret = SECRET_WORDS.search(name) and not ABOUT_SECRETS.search(name)
                is_hidden = (
                    kind == "Secret"
                    or "SecretStr" in kind
                    or (field.value is not None and "repr=False" in ast.unparse(field.value))
                )
                if is_secret and not is_hidden and "ClassVar" not in kind:
                    shown.append(f"{name_of(file)}:{field.lineno} {node.name}.{name}")
    assert shown == []


def test_settings_keep_their_secrets_to_themselves() -> None:
    program = f"""
import logging
from pydantic import SecretStr
from bot.logs import configure_logs
from bot.settings import Settings
settings = Settings(_env_file=None, discord_token="a.bot.token", openai_api_key={OPENAI_KEY!r})
for shown in (repr(settings), str(settings), f"{{settings}}", settings.model_dump_json(), repr(settings.model_dump())):
    assert "a.bot.token" not in shown and {OPENAI_KEY!r} not in shown, shown
configure_logs(settings)
logging.getLogger("library").error("Authorization: Bearer %s", {OPENAI_KEY!r})
logging.getLogger("library").error("{{'token': 'aW50ZXJhY3Rpb24'}} token=\\"aW50ZXJhY3Rpb24\\"")
try:
    raise RuntimeError({OPENAI_KEY!r})
except RuntimeError:
    logging.getLogger("library").exception("failed")
"""
    told = run_python("-c", program, folder=ROOT)
    assert told.returncode == 0, told.stderr
    assert told.stderr.count("…") >= 4
    assert OPENAI_KEY not in told.stderr
    assert "aW50ZXJhY3Rpb24" not in told.stderr

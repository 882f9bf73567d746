"""What all tests share: which database they are about; on CI nothing is skipped, and a wait in vain is waited again.

``--database=postgresql`` runs what touches the database on a PostgreSQL server, started here unless
TEST_POSTGRESQL_URL names one.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgresql_server import running_server

ALLOWED_TO_BE_ABSENT = "discord-openapi.json"
TESTS = Path(__file__).parent
TOUCH_THE_DATABASE = ("cogs", "container", "db", "e2e", "faults", "metrics", "services")
"""The rest says the same whichever database there is, and runs once."""
WAITED_IN_VAIN = ("TimeoutError", r"(Locator|Page) expected")
"""What a wait ends with; on CI, whose machine may stand still for half a minute, the test is run once more then."""
NEVER_RUN_TWICE = ("faults", "fleet", "shards")
"""They kill at random what runs: a wait in vain there may be something lost."""
_SERVER = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="postgresql" if os.environ.get("TEST_POSTGRESQL_URL") else "sqlite",
        help="which database the tests are about",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") == "sqlite":
        os.environ.pop("TEST_POSTGRESQL_URL", None)
    elif not os.environ.get("TEST_POSTGRESQL_URL"):
        # xdist's workers are started after this, and inherit where it is.
        stack = config.stash[_SERVER] = ExitStack()
        os.environ["TEST_POSTGRESQL_URL"] = stack.enter_context(running_server()).url()


def pytest_unconfigure(config: pytest.Config) -> None:
    if _SERVER in config.stash:
        config.stash[_SERVER].close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is the other database's own; of PostgreSQL's run also what knows no database."""
    database = config.getoption("--database")
    left_out = [item for item in items if not _belongs(item, database)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _belongs(item, database)]
    if os.environ.get("CI") == "true":
        for item in items:
            if _folder(item) not in NEVER_RUN_TWICE:
                item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=WAITED_IN_VAIN))


def _belongs(item: pytest.Item, database: object) -> bool:
    own = item.get_closest_marker("postgresql") is not None
    if database == "sqlite":
        return not own
    if item.get_closest_marker("sqlite") is not None:
        return False
    if own:
        return True
    if item.get_closest_marker("browser") is not None and item.get_closest_marker("on_both") is None:
        return False
    return _folder(item) in TOUCH_THE_DATABASE


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0] if item.path.is_relative_to(TESTS) else ""


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    skipped = [r for r in reporter.stats.get("skipped", []) if ALLOWED_TO_BE_ABSENT not in str(r.longrepr)]
    if skipped:
        for report in skipped:
            reporter.write_line(f"skipped on CI: {report.nodeid}: {report.longrepr}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED

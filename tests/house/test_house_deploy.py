"""What deploy/ says is true of this tree: settings, jobs, files and figures that there are, and time enough to stop."""

from __future__ import annotations

import configparser
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.__main__ import main
from bot.backends.registry import BACKENDS, entry_of
from bot.container.adapters import DRAIN_S
from bot.leaving import ANSWERED_WITHIN_S
from bot.metrics import PrometheusMeter
from bot.settings import Settings
from bot.stores.s3 import S3Settings
from tests.house.house import ROOT, page, run_python, section, table_rows

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SETTINGS = {
    name.upper()
    for group in (Settings, S3Settings, *(entry_of(name).settings for name in BACKENDS))
    for name in group.model_fields
}
NOT_OURS = {"PATH", "PYTHONPATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
STOPPING_S = DRAIN_S + ANSWERED_WITHIN_S
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "CapabilityBoundingSet": "",
    "UMask": "0077",
    "StateDirectoryMode": "0700",
}


def instructions() -> list[tuple[str, str]]:
    """Those of the Dockerfile, each on one line."""
    text = re.sub(r"^#.*\n", "", page("deploy/Dockerfile"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in text.splitlines()) if name]


def unit(path: Path) -> configparser.ConfigParser:
    read = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read(path)
    return read


def compose() -> dict[str, Any]:
    return yaml.safe_load(page("deploy/compose.yaml"))


def jobs() -> list[list[str]]:
    """Every command line of the bot that stands in deploy/."""
    found = [shlex.split(unit(path)["Service"]["ExecStart"]) for path in UNITS]
    found += [service["command"] for service in compose()["services"].values() if "command" in service]
    found += [json.loads(rest) for name, rest in instructions() if name == "CMD"]
    return found


def seconds(text: str) -> float:
    number, unit_ = re.fullmatch(r"(\d+)(s|m|min|h)?", text).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, None: 1, "m": 60, "min": 60, "h": 3600}[unit_]


def test_every_command_is_a_job_that_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    commands = jobs()
    assert len(commands) >= 7
    for command in commands:
        assert command[0] in {"python", "/opt/darkroom/.venv/bin/python"}
        assert command[1:3] == ["-m", "bot"]
        with pytest.raises(SystemExit, match="0"):
            main([*command[3:4], "--help"])
        told = capsys.readouterr().out
        assert all(option in told for option in command[4:] if option.startswith("--")), command


def test_every_name_in_an_environment_is_a_setting() -> None:
    names = {name for service in compose()["services"].values() for name in service.get("environment", {})}
    names = {name for name in names if not name.startswith("POSTGRES_")}
    for path in UNITS:
        names |= {pair.partition("=")[0] for pair in unit(path)["Service"]["Environment"].split()}
    for name, rest in instructions():
        if name == "ENV":
            names |= {pair.partition("=")[0] for pair in rest.split()}
    assert {"LOG_FORMAT", "METRICS_PORT", "PYTHONPATH"} <= names
    assert names - NOT_OURS <= SETTINGS


def test_the_image_has_files_that_there_are_and_packages_that_are_locked() -> None:
    copied = [rest.split() for name, rest in instructions() if name == "COPY" and "--from" not in rest]
    sources = {source for *given, _ in copied for source in given}
    assert all((ROOT / source).exists() for source in sources)
    ignored = page("deploy/Dockerfile.dockerignore").splitlines()
    assert {line[1:] for line in ignored if line.startswith("!")} == sources
    assert "*" in ignored
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {
        "tests",
        "benchmarks",
        "playground",
    }
    assert packages <= sources
    (install,) = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]
    assert "--require-hashes -r /tmp/requirements.lock" in install


def test_what_the_image_has_runs_and_asks_for_a_token_instead_of_a_playground(tmp_path: Path) -> None:
    program, kept = tmp_path / "darkroom", tmp_path / "kept"
    for folder in (program, kept):
        folder.mkdir()
    for name, rest in instructions():
        if name == "COPY" and rest.rpartition(" ")[2].startswith("/opt/darkroom/"):
            source, _, to = rest.partition(" ")
            (program / Path(to).name).symlink_to(ROOT / source)
    env = {"PYTHONPATH": str(program)}
    told = run_python("-m", "bot", "doctor", folder=kept, env=env)
    wrong = [line for line in told.stdout.splitlines() if not line.startswith("ok  ")]
    assert (told.returncode, wrong) == (1, ["!!  DISCORD_TOKEN is not set: put the bot's token in .env"])
    for job in (["start"], []):
        told = run_python("-m", "bot", *job, folder=kept, env=env)
        assert (told.returncode, told.stderr) == (
            2,
            "DISCORD_TOKEN is not set. Put the bot's token in .env\n",
        )


def test_the_image_is_pinned_stops_when_told_and_runs_as_nobody_of_importance() -> None:
    images = {rest.split()[0] for name, rest in instructions() if name == "FROM"}
    (image,) = images
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", image)
    rules = dict(instructions())
    assert (rules["STOPSIGNAL"], rules["VOLUME"]) == ("SIGTERM", rules["WORKDIR"])
    assert int(rules["USER"]) > 1000
    last = [name for name, _ in instructions()]
    assert "RUN" not in last[last.index("USER") :]
    asks = json.loads(rules["HEALTHCHECK"].partition("CMD ")[2])
    assert asks[:2] == ["python", "-c"]
    compile(asks[2], "healthcheck", "exec")
    assert "/health" in asks[2]


def test_compose_has_bot_workers_and_a_database_that_nobody_else_reaches() -> None:
    whole = compose()
    services = whole["services"]
    assert {"bot", "worker", "database"} <= set(services)
    database = services["database"]
    assert "ports" not in database
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+", database["image"])
    assert "pg_isready" in database["healthcheck"]["test"][1]
    for name in ("bot", "worker"):
        service = services[name]
        assert seconds(service["stop_grace_period"]) > STOPPING_S
        assert service["depends_on"]["database"]["condition"] == "service_healthy"
        assert "env_file" in service
        assert "ports" not in service
    assert services["worker"]["deploy"]["replicas"] > 1
    for service in services.values():
        assert set(service.get("networks", [])) <= set(whole["networks"])
        for volume in service["volumes"]:
            place = volume.partition(":")[0]
            assert place in whole["volumes"] or place.startswith("./")
    assert not re.search(r"(?i)(password|token|key): *[^\s/{\[-]", page("deploy/compose.yaml"))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_may_do_little_and_has_time_to_stop(path: Path) -> None:
    service = unit(path)["Service"]
    assert {name: service[name] for name in HARDENED} == HARDENED
    assert service["User"] != "root"
    if service.get("Type") == "oneshot":
        return
    assert seconds(service["TimeoutStopSec"]) > STOPPING_S
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("on-failure", "2")
    assert service["KillMode"] == "mixed"
    assert unit(path)["Install"]["WantedBy"] == "multi-user.target"


def test_a_timer_starts_the_backup() -> None:
    (timer,) = (DEPLOY / "systemd").glob("*.timer")
    assert timer.with_suffix(".service") in UNITS
    assert "OnCalendar" in unit(timer)["Timer"]


def alerts() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(page("deploy/alerts.yaml"))["groups"]
    return group["rules"]


def test_every_alert_asks_for_figures_that_there_are() -> None:
    known = {
        sample
        for family in text_string_to_metric_families(PrometheusMeter().page().decode())
        for sample in (family.name, f"{family.name}_total", f"{family.name}_bucket")
    }
    for alert in alerts():
        assert {"alert", "expr", "labels", "annotations"} <= set(alert)
        assert set(re.findall(r"darkroom_\w+", alert["expr"])) <= known, alert["alert"]
        assert alert["expr"].count("(") == alert["expr"].count(")")
        assert alert["annotations"]["summary"]


def test_every_alert_is_explained_with_what_to_do() -> None:
    rows = table_rows(section(page("docs/operations.md"), "What to be woken for"))
    assert [row[0].strip("`") for row in rows] == [alert["alert"] for alert in alerts()]
    assert all(len(row) == 3 and all(row) for row in rows)

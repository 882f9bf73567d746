"""A PostgreSQL server of one's own, from the distribution's binaries: in a temporary folder, on a free loopback port.

    with running_server() as server:
        url = server.url("postgres")

What waits for the server (``restart`` and the like) blocks: call it through ``asyncio.to_thread`` where a loop runs.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

OWNER = "darkroom"
CONNECTIONS = 300
STARTS = 5
"""How many ports are tried: between the look at one and the start somebody may take it."""
PORTS = range(20_000, 32_000)
"""Below those that a kernel gives to outgoing connections: a restarted server finds its own free again."""
WAIT_S = "120"


class NoServerError(Exception):
    """There are no PostgreSQL binaries on this machine, or the server did not start."""


def binaries() -> Path | None:
    """The folder with ``initdb`` and ``pg_ctl``, the newest there is; None where there is none."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _version(folder: Path) -> float:
    with suppress(ValueError):
        return float(folder.parent.name)
    return 0.0


class PostgresServer:
    """A server with its data in ``folder``. Made with :func:`running_server`."""

    def __init__(self, folder: Path, programs: Path, settings: Sequence[str]) -> None:
        self._folder = folder
        self._programs = programs
        self._settings = settings
        self._user = _server_user()
        self.port = 0

    def url(self, database: str = "postgres") -> str:
        """Where a database of this server is."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def make(self) -> None:
        """Make the data folder and start for the first time.

        Raises:
            NoServerError: it does not start.
        """
        if self._user is not None:
            shutil.chown(self._folder, self._user, pwd.getpwnam(self._user).pw_gid)
        words = ("--username", OWNER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
        self._run("initdb", "--pgdata", str(self._data), *words)
        for tries_left in reversed(range(STARTS)):
            self.port = _free_port()
            try:
                self.start()
            except NoServerError:
                if not tries_left:
                    raise
            else:
                return

    def start(self) -> None:
        """Start, and wait until it lets people in.

        Raises:
            NoServerError: it does not.
        """
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self._folder),
            "max_connections": str(CONNECTIONS),
        }
        words = [f"-c {name}={value}" for name, value in settings.items()] + [
            f"-c {s}" for s in self._settings
        ]
        log = str(self._folder / "server.log")
        self._control("start", "--log", log, "--options", " ".join(words))

    def stop(self, mode: str = "fast") -> None:
        """Stop and wait: ``fast`` ends every connection; ``immediate`` also leaves everything as it is."""
        self._control("stop", "--mode", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start again on the same port."""
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """End it as a crash would, without a word to anybody; :meth:`start` recovers."""
        pid = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        postmaster = psutil.Process(pid)
        processes = [postmaster, *postmaster.children()]
        postmaster.kill()
        # The others end when they notice; until then nobody may start on the same data.
        _, left = psutil.wait_procs(processes, timeout=10)
        for process in left:
            process.kill()
        psutil.wait_procs(left)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _control(self, *words: str) -> None:
        self._run("pg_ctl", "--pgdata", str(self._data), "--wait", "--timeout", WAIT_S, *words)

    def _run(self, program: str, *words: str) -> None:
        # A server that was started holds on to what it inherits: files, not pipes that never end.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [self._programs / program, *words],
                cwd=self._folder,
                user=self._user,
                group=None if self._user is None else pwd.getpwnam(self._user).pw_gid,
                extra_groups=None if self._user is None else (),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
            said.seek(0)
            words_said = said.read().decode(errors="replace")
        if done.returncode:
            log = self._folder / "server.log"
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NoServerError(f"{program} failed:\n{words_said}{tail}")


@contextmanager
def running_server(*settings: str, is_durable: bool = False) -> Iterator[PostgresServer]:
    """A new server; stopped, and its folder gone, in the end. ``settings`` are ``name=value``.

    ``is_durable`` is for tests that end it by a crash of the machine; a crash of the server loses nothing without.

    Raises:
        NoServerError: there are no binaries, or it does not start.
    """
    programs = binaries()
    if programs is None:
        raise NoServerError("there is no initdb here: install the distribution's postgresql package")
    hasty = () if is_durable else ("fsync=off", "full_page_writes=off")
    # Not pytest's folder: that one is closed to the user whom the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="darkroom-postgresql-"))
    server = PostgresServer(folder, programs, (*hasty, *settings))
    try:
        server.make()
        yield server
    finally:
        with suppress(NoServerError):
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Whom the server runs as: it refuses root. None is ourselves."""
    if os.geteuid() != 0:
        return None
    with suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


def _free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NoServerError("no free port")

"""A database of the first release, with pictures in it, becomes one with galleries."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from rows import ROOT, violations

from bot.domain.request import Image, RequestKind
from bot.services.ports.storage import GalleryQuery, UnitOfWork
from db.engine import SqliteStorage
from db.errors import MigrationError
from db.migrate import Migration, migrate, shipped_migrations
from db.sqlite import connect

pytestmark = pytest.mark.sqlite

RELEASED = shipped_migrations()[:3]
STUDIO = shipped_migrations()[3]
STATEMENTS = list(STUDIO.statements())
GUILD = 42
SCENE = (
    '{"figures": [{"companion_id": "mira", "action": "waving"}, {"companion_id": "kaï"}], "setting": "sea"}'
)
TWICE = '{"figures": [{"companion_id": "kaï"}, {"companion_id": "mira"}, {"companion_id": "kaï"}]}'
ENDLESS = """
CREATE TABLE half (a INTEGER);
INSERT INTO half WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
"""


def add_request(
    connection: sqlite3.Connection,
    name: str,
    *,
    kind: str,
    options: str = "{}",
    scene: str | None = SCENE,
    pictures: Sequence[str] = (),
    guild_id: int = GUILD,
) -> None:
    """A request as the first release left it: received, or delivered with its pictures and paid."""
    values = {"name": name, "kind": kind, "options": options, "scene": scene, "guild_id": guild_id}
    connection.execute(
        """INSERT INTO request (request_id, kind, source_kind, source_id, account_id, user_id, requester,
            trigger_key, guild_id, channel_id, token_until_ms, upload_limit_bytes, state, options, scene,
            prompt, cost, paid_granted, paid_purchased, rating, seed, backend, attempts, confirmed,
            end_detail, lease_until_ms, created_at_ms, deadline_at_ms)
        VALUES (:name, :kind, 'message', (SELECT count(*) FROM request), 'a', 1, 'Åsa', '', :guild_id, 7, 0,
            1000, 'received', :options, :scene, '', 0, 0, 0, 'general', 1, 'sketch', 0, 1, '', 0, 5, 99)""",
        values,
    )
    if not pictures:
        return
    price = {"name": name, "cost": 50 * len(pictures)}
    connection.execute(
        """UPDATE request SET state = 'held', hold_ref = :name, cost = :cost, paid_granted = :cost
        WHERE request_id = :name""",
        price,
    )
    connection.execute("UPDATE request SET state = 'running' WHERE request_id = :name", price)
    for position, image_id in enumerate(pictures):
        connection.execute(
            """INSERT INTO image (image_id, request_id, account_id, position, file_key, thumbnail_key,
                width_px, height_px, share_granted, share_purchased, rating, alt_text, labels, not_drawn, seed,
                created_at_ms, channel_id, message_id)
            VALUES (?, ?, 'a', ?, 'file ' || ?, 'thumb', 640, 480, 50, 0, 'general', 'Mira waves',
                '["sketch"]', '[]', 9, 6, 7, 8)""",
            (image_id, name, position, image_id),
        )
    for kind_of_entry, granted, held in (("hold", -1, 1), ("capture", 0, -1)):
        connection.execute(
            """INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted,
                held_purchased, owed, hold_ref, at_ms)
            VALUES ('a', :guild_id, :kind, :name, :granted * :cost, 0, :held * :cost, 0, 0, :name, 5)""",
            {**price, "guild_id": guild_id, "kind": kind_of_entry, "granted": granted, "held": held},
        )
    connection.execute("UPDATE request SET state = 'stored' WHERE request_id = :name", price)
    connection.execute(
        "UPDATE request SET state = 'delivered', delivered_how = 'edit' WHERE request_id = :name", price
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "darkroom.db"


@pytest.fixture
def old(path: Path) -> Iterator[sqlite3.Connection]:
    """A database of the first release."""
    connection = connect(path, 5.0)
    migrate(connection, RELEASED)
    connection.execute("BEGIN")
    connection.execute("INSERT INTO account (account_id) VALUES ('a')")
    connection.execute("INSERT INTO member (user_id, account_id) VALUES (1, 'a')")
    connection.execute(
        """INSERT INTO ledger (account_id, guild_id, kind, ref, granted, purchased, held_granted,
            held_purchased, owed, at_ms)
        SELECT 'a', value, 'welcome', 'welcome ' || value, 500, 0, 0, 0, 0, 1 FROM json_each('[42, 43]')"""
    )
    add_request(connection, "r1", kind="instant", pictures=("i1", "i2"))
    add_request(connection, "r2", kind="again", options='{"parent_image_id": "i1"}', pictures=("i3",))
    add_request(connection, "r3", kind="again", options='{"parent_image_id": "gone"}', pictures=("i4",))
    add_request(connection, "r4", kind="instant", scene=TWICE, pictures=("i5",), guild_id=43)
    add_request(connection, "r5", kind="again", options='{"parent_image_id": "i2"}')
    add_request(connection, "r6", kind="instant", scene=None)
    connection.execute("UPDATE image SET deleted_at_ms = 77 WHERE image_id = 'i2'")
    connection.execute(
        "INSERT INTO notice (notice_id, account_id, kind, image_id, at_ms) VALUES ('n', 'a', 'gallery', 'i1', 9)"
    )
    connection.execute(
        """INSERT INTO companion (companion_id, name, look, aliases, persona, owner_account_id, guild_id,
            created_at_ms)
        VALUES ('kaï', 'Kaï', '{"style": "anime", "gender": "male", "hair": "", "eyes": "", "skin": "",
            "build": "", "age": 30, "outfit": ""}', '[]', '', 'a', 42, 1)"""
    )
    connection.execute("COMMIT")
    yield connection
    connection.close()


def everything(connection: sqlite3.Connection) -> list[str]:
    return list(connection.iterdump())


async def migrated(old: sqlite3.Connection, path: Path) -> SqliteStorage:
    old.close()
    return await SqliteStorage.open(path)


async def test_old_pictures_have_the_guild_and_kind_of_their_request(old: sqlite3.Connection, path: Path):
    async with await migrated(old, path) as storage:

        async def work(uow: UnitOfWork) -> list[Image | None]:
            return [await uow.images.get(f"i{number}") for number in range(1, 6)]

        images = [image for image in await storage.read(work) if image is not None]
        assert [(image.image_id, image.guild_id, image.kind) for image in images] == [
            ("i1", GUILD, RequestKind.INSTANT),
            ("i2", GUILD, RequestKind.INSTANT),
            ("i3", GUILD, RequestKind.INSTANT),
            ("i4", GUILD, RequestKind.INSTANT),
            ("i5", 43, RequestKind.INSTANT),
        ]
        assert [image.parent_image_id for image in images] == [None, None, "i1", None, None]
        assert [image.deleted_at_ms for image in images] == [None, 77, None, None, None]
        assert {(image.is_favourite, image.is_public) for image in images} == {(False, False)}
        assert (images[0].file_key, images[0].message_id, images[0].alt_text) == ("file i1", 8, "Mira waves")
        assert await violations(storage) == []


async def test_nothing_else_of_an_old_picture_is_changed(old: sqlite3.Connection):
    columns = ", ".join(row["name"] for row in old.execute("PRAGMA table_info(image)"))
    before = [tuple(row) for row in old.execute(f"SELECT {columns} FROM image ORDER BY image_id")]  # noqa: S608
    migrate(old)
    after = [tuple(row) for row in old.execute(f"SELECT {columns} FROM image ORDER BY image_id")]  # noqa: S608
    assert after == before
    assert len(after) == 5


async def test_old_requests_to_repeat_are_instant_ones(old: sqlite3.Connection, path: Path):
    async with await migrated(old, path) as storage:

        async def work(uow: UnitOfWork) -> set[RequestKind]:
            found = [await uow.requests.get(f"r{number}") for number in range(1, 7)]
            return {request.kind for request in found if request is not None}

        assert await storage.read(work) == {RequestKind.INSTANT}


async def test_old_pictures_are_found_by_who_is_in_them(old: sqlite3.Connection, path: Path):
    async with await migrated(old, path) as storage:

        async def ids(companion_id: str, guild_id: int) -> list[str]:
            query = GalleryQuery("a", guild_id, 10, companion_id=companion_id)
            return [image.image_id for image in await storage.read(lambda uow: uow.images.page(query))]

        assert await ids("mira", GUILD) == await ids("kaï", GUILD) == ["i4", "i3", "i1"]
        assert await ids("kaï", 43) == ["i5"]
        assert await ids("zoe", GUILD) == []
    connection = connect(path, 5.0)
    cast = connection.execute(
        "SELECT companion_id, position FROM image_cast WHERE image_id = 'i5' ORDER BY 2"
    )
    assert [tuple(row) for row in cast] == [("kaï", 0), ("mira", 1)]
    connection.close()


async def test_an_old_companion_is_not_shared_and_nobody_has_chosen_anything(
    old: sqlite3.Connection, path: Path
):
    async with await migrated(old, path) as storage:

        async def work(uow: UnitOfWork) -> tuple[bool, object]:
            (kai,) = await uow.companions.of_guild(GUILD)
            return kai.is_shared, await uow.studio.get("a", GUILD)

        assert await storage.read(work) == (False, None)


def test_what_pointed_at_a_picture_still_does(old: sqlite3.Connection):
    migrate(old)
    assert old.execute("PRAGMA foreign_key_check").fetchall() == []
    assert old.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    old.execute("PRAGMA defer_foreign_keys = OFF")
    for change in (
        "UPDATE notice SET image_id = 'gone'",
        "DELETE FROM image WHERE image_id = 'i1'",
        "INSERT INTO image_cast VALUES ('gone', 'mira', 0, 'a', 42, 'instant', NULL, 0, 0)",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            old.execute(change)


def test_who_asked_for_what_is_fixed_again_afterwards(old: sqlite3.Connection):
    migrate(old)
    for change, refusal in (
        ("UPDATE request SET kind = 'again'", "request_identity_fixed"),
        ("UPDATE image SET kind = 'edit'", "image_identity_fixed"),
        ("UPDATE image SET guild_id = 1", "image_identity_fixed"),
        ("UPDATE image SET parent_image_id = 'i5'", "image_identity_fixed"),
        ("UPDATE image SET parent_image_id = NULL", "image_identity_fixed"),
        ("UPDATE image_cast SET companion_id = 'x'", "image_cast_identity_fixed"),
    ):
        with pytest.raises(sqlite3.IntegrityError, match=refusal):
            old.execute(change)


@pytest.mark.parametrize("done", range(len(STATEMENTS) + 1))
def test_a_migration_that_fails_after_any_statement_leaves_all_as_it_was(old: sqlite3.Connection, done: int):
    before = everything(old)
    broken = Migration(4, "studio", "".join([*STATEMENTS[:done], "INSERT INTO nowhere VALUES (1);\n"]))
    with pytest.raises(MigrationError, match="no such table: nowhere"):
        migrate(old, [*RELEASED, broken])
    assert everything(old) == before


def test_a_migration_killed_at_its_end_leaves_all_as_it_was_and_can_be_run_again(
    old: sqlite3.Connection, path: Path
):
    before = everything(old)
    log = path.with_name(f"{path.name}-wal")
    old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    program = f"""
import pathlib
from db.migrate import Migration, migrate, shipped_migrations
from db.sqlite import connect
connection = connect(pathlib.Path({str(path)!r}), 1.0)
*released, studio = shipped_migrations()[:4]
print("ready", flush=True)
migrate(connection, [*released, Migration(4, "studio", studio.sql + {ENDLESS!r})])
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        deadline = 400
        while log.stat().st_size < 2 * 1024 * 1024 and deadline:  # it has spilled part of the change
            deadline -= 1
            with pytest.raises(subprocess.TimeoutExpired):
                running.wait(0.05)
        running.send_signal(signal.SIGKILL)
    assert deadline
    assert everything(old) == before
    assert migrate(old) == [migration.number for migration in shipped_migrations()[3:]]
    assert old.execute("SELECT count(*) FROM image_cast").fetchone()[0] == 10

"""An archive is whole and true, or it is refused: no bit of it can change, and nothing in it leads elsewhere."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.archives import (
    FORMAT,
    ArchiveError,
    ArchiveReader,
    ArchiveWriter,
    Contents,
    DatabaseKind,
    Manifest,
    clean_unfinished,
    unfinished_folder,
)
from tests.archives.archive_parts import (
    DATABASE,
    PICTURES,
    check,
    key_of,
    manifest_of,
    unwatched,
    write_archive,
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path)


def test_what_was_put_in_comes_out(archive: Path, tmp_path: Path) -> None:
    with ArchiveReader(archive) as reader:
        manifest = reader.check(unwatched)
        reader.database_into(tmp_path / "out.db", unwatched)
        pictures = dict(reader.pictures())
    assert (tmp_path / "out.db").read_bytes() == DATABASE
    assert pictures == {key_of(picture): picture for picture in PICTURES}
    assert (manifest.pictures.count, manifest.counts.entries) == (2, 2)


def test_any_tar_program_can_open_it(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = tar.getnames()
        told = tar.extractfile("manifest.json")
        assert told is not None
        assert Manifest.model_validate_json(told.read()) == check(archive)
    keys = sorted(key_of(picture) for picture in PICTURES)
    assert names == [
        "database.sqlite3",
        *(f"pictures/{key}" for key in keys),
        "manifest.json",
        "manifest.sha256",
    ]


def test_only_its_owner_can_read_it(archive: Path, tmp_path: Path) -> None:
    with ArchiveReader(archive) as reader:
        reader.database_into(tmp_path / "out.db", unwatched)
    for path in (archive, tmp_path / "out.db"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_byte_of_it_can_be_changed(archive: Path) -> None:
    whole = archive.read_bytes()
    believed: list[int] = []
    with archive.open("r+b", buffering=0) as file:

        def put(at: int, byte: int) -> None:
            file.seek(at)
            file.write(bytes([byte]))

        for at, byte in enumerate(whole):
            put(at, byte ^ 1 << at % 8)
            try:
                check(archive)
            except ArchiveError:
                pass
            else:
                believed.append(at)
            put(at, byte)
    assert believed == []


def test_it_cannot_be_cut_off_anywhere_nor_be_longer(archive: Path) -> None:
    whole = archive.read_bytes()
    for length in [*range(0, len(whole), 97), len(whole) - 1]:
        archive.write_bytes(whole[:length])
        with pytest.raises(ArchiveError, match="can't be trusted"):
            check(archive)
    for more in (b"\0", b"x", whole):
        archive.write_bytes(whole + more)
        with pytest.raises(ArchiveError, match="behind its end"):
            check(archive)


@pytest.mark.parametrize(
    "changed",
    [
        {"database": Contents(count=1, size_bytes=len(DATABASE), sha256="0" * 64)},
        {"pictures": Contents(count=2, size_bytes=0, sha256="0" * 64)},
        {"kind": DatabaseKind.POSTGRESQL},
    ],
)
def test_a_manifest_that_lies_is_found_out(changed: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="not those that it lists"):
        check(write_archive(tmp_path, **changed))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_a_manifest_of_a_newer_format_says_so_whatever_else_it_has(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="newer Darkroom: update this one first"):
        check(write_archive(tmp_path, format=FORMAT + 1, pictures={"albums": 3}))


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@pytest.mark.parametrize("changed", [{"counts": {"accounts": -1}}, {"made_at": "yesterday"}])
def test_a_manifest_that_makes_no_sense_is_refused(changed: dict[str, object], tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="can't read what it says of itself"):
        check(write_archive(tmp_path, **changed))


def _member(name: str, data: bytes = b"x", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    for field, value in fields.items():
        setattr(member, field, value)
    return member, data


SIZE = 1 << 40
KEY = key_of(b"x")


@pytest.mark.parametrize(
    "member",
    [
        _member("../../../etc/cron.d/mine"),
        _member("/etc/passwd"),
        _member(f"pictures/../{KEY}"),
        _member(f"pictures/{KEY}/"),
        _member(f"pictures/{KEY.upper()}"),
        _member(f"pictures/{KEY}\n"),
        _member("pictures/" + "é" * 32),
        _member("x" * 5000),
        _member("database.sqlite3"),
        _member("manifest.sha256"),
        _member(f"pictures/{KEY}", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        _member(f"pictures/{KEY}", b"", type=tarfile.LNKTYPE, linkname="database.sqlite3"),
        _member(f"pictures/{KEY}", b"", type=tarfile.DIRTYPE),
        _member(f"pictures/{KEY}", b"", type=tarfile.FIFOTYPE),
        _member(f"pictures/{KEY}", b"", type=tarfile.GNUTYPE_SPARSE),
        _member(f"pictures/{KEY}", pax_headers={"size": str(SIZE)}),
        _member(f"pictures/{KEY}", mode=0o4755),
        _member(f"pictures/{key_of(b'other')}"),
    ],
)
@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_nothing_else_may_be_in_it(
    member: tuple[tarfile.TarInfo, bytes], kind: int, archive: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=kind) as tar:
        tar.addfile(member[0], io.BytesIO(member[1]))
    added = buffer.getvalue()
    while added.endswith(bytes(tarfile.BLOCKSIZE)):
        added = added[: -tarfile.BLOCKSIZE]
    first = tarfile.BLOCKSIZE + len(DATABASE) + -len(DATABASE) % tarfile.BLOCKSIZE
    whole = archive.read_bytes()
    for forged in (added + whole, whole[:first] + added + whole[first:]):
        archive.write_bytes(forged)
        with pytest.raises(ArchiveError):
            check(archive)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_that_says_it_is_huge_is_not_waited_for(tmp_path: Path) -> None:
    member = tarfile.TarInfo("database.sqlite3")
    member.size, member.mode = SIZE, 0o600
    forged = tmp_path / "bomb.tar"
    forged.write_bytes(member.tobuf(tarfile.GNU_FORMAT) + b"0" * 4096)
    with pytest.raises(ArchiveError, match="cut off"):
        check(forged)


def _zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("database.sqlite3", data)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, _zipped], ids=["gzip", "zip"])
def test_nothing_that_grows_is_unpacked(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    (tmp_path / "bomb.tar").write_bytes(pack(bytes(1 << 24)))
    with pytest.raises(ArchiveError, match="no backup of Darkroom"):
        check(tmp_path / "bomb.tar")


def test_pictures_stand_in_it_once_and_in_order(tmp_path: Path) -> None:
    snapshot = tmp_path / "snapshot"
    snapshot.write_bytes(DATABASE)
    with ArchiveWriter(tmp_path / "unfinished") as archive:
        manifest = manifest_of(archive, snapshot)
        archive.add_picture(key_of(PICTURES[0]), PICTURES[0])
        archive.finish(manifest.model_copy(update={"pictures": archive.pictures}), tmp_path / "backup.tar")
    with pytest.raises(ArchiveError, match="not what it should be"):
        check(tmp_path / "backup.tar")


def test_an_archive_never_takes_the_place_of_another_file(archive: Path, tmp_path: Path) -> None:
    before = archive.read_bytes()
    with pytest.raises(ArchiveError, match="there already: choose another name"):
        write_archive(tmp_path)
    assert archive.read_bytes() == before


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="can't be written"), unfinished_folder(tmp_path / "file"):
        pass
    with pytest.raises(ArchiveError, match="No such file"):
        ArchiveWriter(tmp_path / "nowhere" / "archive")
    with pytest.raises(ArchiveError, match="can't be read: No such file"):
        ArchiveReader(tmp_path / "nowhere")


def test_what_a_dead_process_left_is_cleaned_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    with unfinished_folder(tmp_path) as living:
        left = living.with_name(f"{living.name}-left")
        left.mkdir()
        (left / "archive").write_bytes(b"half")
        assert clean_unfinished(tmp_path) == 0  # so young that its process may be about to lock it
        assert clean_unfinished(tmp_path, young_s=-60) == 1
        assert list(tmp_path.iterdir()) == [living]
    assert list(tmp_path.iterdir()) == []

"""Which store ``IMAGE_STORE`` means, and what happens when it can't be used."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.container.stores import make_store, open_store
from bot.settings import Settings, SettingsError, require_folders
from bot.stores.folder import FolderStore
from tests.stores.s3_server import ACCESS_KEY, SECRET_KEY, S3Server, s3_server


@pytest.fixture(autouse=True)
def _in_a_folder_without_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def set_all(monkeypatch: pytest.MonkeyPatch, s3: S3Server, **others: str) -> None:
    for name, value in s3.settings(**others).items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("data/images", None),
        ("/srv/images", None),
        ("s3://pictures", ("pictures", "")),
        ("s3://pictures/", ("pictures", "")),
        ("s3://my.pictures/dark/room_1/", ("my.pictures", "dark/room_1")),
    ],
)
def test_an_image_store_is_a_folder_or_a_bucket_with_a_prefix(
    place: str, expected: tuple[str, str] | None
) -> None:
    assert Settings(image_store=place).image_bucket == expected


async def test_a_folder_is_made_and_a_bucket_makes_none(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = await open_store(Settings(image_store="data/images"))
    assert isinstance(folder, FolderStore)
    assert (tmp_path / "data" / "images").is_dir()
    await folder.close()
    set_all(monkeypatch, s3)
    settings = Settings(image_store=f"s3://{s3.new_bucket()}/dark", database_url="sqlite:///db/darkroom.db")
    require_folders(settings)
    bucket = await open_store(settings)
    assert await bucket.get(await bucket.put(b"a picture")) == b"a picture"
    await bucket.close()
    assert names_in(tmp_path) == ["data", "db"]


async def test_a_bucket_that_is_away_is_warned_of_and_works_when_it_is_back(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, s3)
    s3.turn_away["GET"] = [(503, "ServiceUnavailable")] * 5
    with capture_logs() as logged:
        store = await open_store(Settings(image_store=f"s3://{s3.new_bucket()}"))
    (line,) = [entry for entry in logged if entry["event"] == "picture_store_away"]
    assert line["reason"] == "it answered 503 ServiceUnavailable"
    assert not s3.turn_away["GET"]
    assert await store.get(await store.put(b"a picture")) == b"a picture"


async def test_a_bucket_where_nobody_listens_keeps_no_bot_from_starting(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        set_all(monkeypatch, s3, S3_ENDPOINT=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with capture_logs() as logged:
            await open_store(Settings(image_store="s3://pictures"))
    assert [entry["event"] for entry in logged] == ["picture_store_away"]


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("S3_SECRET_ACCESS_KEY", "another-key", "IMAGE_STORE: s3://pictures: it answered 403"),
        ("S3_SECRET_ACCESS_KEY", "", "S3_SECRET_ACCESS_KEY: a key has two parts"),
        ("S3_ENDPOINT", "127.0.0.1:9000", "S3_ENDPOINT: use an address that begins with https://"),
        ("S3_TIMEOUT_S", "0", "S3_TIMEOUT_S: "),
    ],
)
async def test_what_is_wrong_is_one_line_that_names_its_setting(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    set_all(monkeypatch, s3, **{setting: value})
    with pytest.raises(SettingsError) as caught:
        await open_store(Settings(image_store="s3://pictures"))
    text = str(caught.value)
    assert text.startswith(said)
    assert len(text.splitlines()) == 1
    for key in (ACCESS_KEY, SECRET_KEY, "another-key"):
        assert key not in text


def test_without_the_extra_it_is_said_how_to_install_it(
    s3: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, s3)
    monkeypatch.delitem(sys.modules, "bot.stores.s3.bucket", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "obstore"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(SettingsError, match=r"^IMAGE_STORE: .*pip install 'darkroom\[s3\]'"):
        make_store(Settings(image_store="s3://pictures"))

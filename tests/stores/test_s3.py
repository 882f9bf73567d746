from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator

import pytest
from obstore.store import S3Store as Bucket
from pydantic import SecretStr

from bot.domain.errors import PictureNotStoredError
from bot.services.ports.images import StoreUnavailableError
from bot.settings import SettingsError
from bot.stores.s3 import S3Settings, make_s3_store
from bot.stores.s3.bucket import S3Store
from tests.stores.contract import DATA, KEY, StoreContract
from tests.stores.s3_server import ACCESS_KEY, REGION, SECRET_KEY, S3Server

WRONG = "nobodys-key"


def settings_of(s3: S3Server, **others: object) -> S3Settings:
    return S3Settings(**{name.lower(): value for name, value in s3.settings().items()} | others)


@pytest.fixture(autouse=True)
def _no_credentials_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def bucket(s3: S3Server) -> str:
    return s3.new_bucket()


@pytest.fixture
async def store(s3: S3Server, bucket: str) -> AsyncIterator[S3Store]:
    before = len(s3.complaints)
    store = make_s3_store(bucket, "dark/room", settings_of(s3))
    await store.open()
    yield store
    await store.close()
    assert s3.complaints[before:] == []


class TestS3Store(StoreContract):
    pass


async def test_pictures_lie_below_the_prefix_as_they_lie_in_a_folder(
    s3: S3Server, bucket: str, store: S3Store
) -> None:
    await store.put(DATA)
    assert s3.objects(bucket) == [f"dark/room/{KEY[:2]}/{KEY}"]
    assert not await make_s3_store(bucket, "", settings_of(s3)).exists(KEY)


async def test_a_bucket_may_be_used_without_a_prefix(s3: S3Server, bucket: str) -> None:
    store = make_s3_store(bucket, "", settings_of(s3))
    assert await store.get(await store.put(DATA)) == DATA
    assert s3.objects(bucket) == [f"{KEY[:2]}/{KEY}"]
    assert [key async for key in store.all_keys()] == [KEY]


async def test_all_keys_go_beyond_a_page_and_leave_out_what_is_somebody_elses(
    s3: S3Server, bucket: str, store: S3Store
) -> None:
    root = s3.folder / bucket / "dark" / "room"
    keys = sorted(f"{n:064x}" for n in range(0, 2_500 * 2**240, 2**240))
    for key in keys:
        (root / key[:2]).mkdir(parents=True, exist_ok=True)
        (root / key[:2] / key).write_bytes(b"x")
    (root / "README").write_text("not a picture")
    (root / keys[0][:2] / "stray").write_text("not a picture")
    (root / "zz").mkdir()
    (root / "zz" / keys[0]).write_text("not where it belongs")
    before = s3.asked["GET"]
    assert [key async for key in store.all_keys()] == keys
    assert s3.asked["GET"] - before == 3


async def test_what_somebody_changed_in_the_bucket_is_not_handed_out(
    s3: S3Server, bucket: str, store: S3Store
) -> None:
    await store.put(DATA)
    somebody = Bucket(
        bucket,
        endpoint=s3.endpoint,
        region=REGION,
        access_key_id=ACCESS_KEY,
        secret_access_key=SECRET_KEY,
        client_options={"allow_http": True},
    )
    await somebody.put_async(f"dark/room/{KEY[:2]}/{KEY}", DATA[:10])
    assert not await store.is_intact(KEY)
    with pytest.raises(StoreUnavailableError):
        await store.get(KEY)
    await store.put(DATA)
    assert await store.get(KEY) == DATA


async def test_eight_stores_keep_the_same_pictures_at_once(s3: S3Server, bucket: str) -> None:
    stores = [make_s3_store(bucket, "", settings_of(s3)) for _ in range(8)]
    await asyncio.gather(*(store.put(b"%d" % n) for n in range(10) for store in stores))
    assert len([key async for key in stores[0].all_keys()]) == 10


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"s3_secret_access_key": SecretStr(WRONG)}, "403 SignatureDoesNotMatch"),
        ({"s3_access_key_id": SecretStr(WRONG)}, "403 InvalidAccessKeyId"),
        ({"s3_region": "eu-west-1"}, "400 AuthorizationHeaderMalformed"),
    ],
)
async def test_a_wrong_key_or_region_is_a_refusal_that_shows_no_key(
    s3: S3Server, bucket: str, change: dict[str, object], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = make_s3_store(bucket, "", settings_of(s3, **change))
    with caplog.at_level(logging.DEBUG), pytest.raises(StoreUnavailableError, match=reason) as caught:
        await store.open()
    assert caught.value.is_refusal
    with pytest.raises(PictureNotStoredError, match=reason) as not_stored:
        await store.put(DATA)
    problems = await store.problems()
    assert reason in problems[0]
    told = [*traceback.format_exception(caught.value), *traceback.format_exception(not_stored.value)]
    said = f"{told} {problems} {caplog.text} {store!r}"
    for word in (ACCESS_KEY, SECRET_KEY, WRONG, "StringToSign"):
        assert word not in said
    assert s3.objects(bucket) == []


async def test_a_bucket_that_is_not_there_is_said(s3: S3Server) -> None:
    store = make_s3_store("no-such-bucket", "", settings_of(s3))
    for asking in (store.open(), store.get(KEY), store.delete(KEY)):
        with pytest.raises(StoreUnavailableError, match="no such bucket") as caught:
            await asking
        assert caught.value.is_refusal
    with pytest.raises(PictureNotStoredError, match="no such bucket"):
        await store.put(DATA)
    with pytest.raises(StoreUnavailableError, match="no such bucket"):
        _ = [key async for key in store.all_keys()]
    assert "no such bucket" in (await store.problems())[0]


async def test_looking_for_problems_leaves_nothing_behind(s3: S3Server, bucket: str, store: S3Store) -> None:
    assert list(await store.problems()) == []
    assert s3.objects(bucket) == []


@pytest.mark.parametrize(
    ("method", "problem"), [("PUT", "written to"), ("GET", "read"), ("DELETE", "deleted from")]
)
async def test_what_the_key_may_not_do_is_the_problem(
    s3: S3Server, store: S3Store, method: str, problem: str
) -> None:
    s3.turn_away[method] = [(403, "AccessDenied")]
    problems = await store.problems()
    assert len(problems) == 1
    assert f"can't be {problem}: it answered 403 AccessDenied" in problems[0]


async def test_a_busy_bucket_is_asked_again(s3: S3Server, store: S3Store) -> None:
    busy = [(503, "SlowDown"), (500, "InternalError")]
    s3.turn_away.update(PUT=[*busy], GET=[*busy], HEAD=[*busy], DELETE=[*busy])
    assert await store.put(DATA) == KEY
    assert await store.get(KEY) == DATA
    assert await store.exists(KEY)
    await store.delete(KEY)
    assert not await store.exists(KEY)
    assert not any(s3.turn_away.values())


async def test_the_environment_of_aws_fills_what_is_not_set(
    s3: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_REGION", REGION)
    store = make_s3_store(bucket, "", S3Settings(s3_endpoint=s3.endpoint))
    assert await store.get(await store.put(DATA)) == DATA


async def test_our_settings_go_before_the_environment_of_aws(
    s3: S3Server, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "SOMEBODY",
        "AWS_SECRET_ACCESS_KEY": "else",
        "AWS_SESSION_TOKEN": "of-another-key",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1",
        "AWS_UNSIGNED_PAYLOAD": "true",
    }.items():
        monkeypatch.setenv(name, value)
    store = make_s3_store(bucket, "", settings_of(s3))
    assert await store.get(await store.put(DATA)) == DATA


@pytest.mark.parametrize("missing", ["s3_access_key_id", "s3_secret_access_key"])
def test_half_a_key_is_a_wrong_setting(s3: S3Server, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"^{missing.upper()}: "):
        make_s3_store("pictures", "", settings_of(s3, **{missing: None}))

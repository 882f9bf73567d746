"""The local S3 server of this folder's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.stores.contract")

from tests.stores.s3_server import S3Server, s3_server  # noqa: E402  after the line above, which must come first


@pytest.fixture(scope="package")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server

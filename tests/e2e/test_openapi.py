"""The comparison with Discord's description itself: it lets right bodies pass and catches wrong ones."""

from __future__ import annotations

import pytest

from playground import Request
from tests.e2e import openapi

pytestmark = pytest.mark.usefixtures("discord_description")

MESSAGES = "/channels/{channel_id}/messages"


def sent(method: str, template: str, body: object) -> Request:
    return Request(method=method, path=template, template=template, query={}, body=body, files=[], at=0.0)


def test_a_right_body_passes() -> None:
    text = {"flags": 32768, "components": [{"type": 10, "content": "Hello"}]}
    assert openapi.complaints([sent("POST", MESSAGES, text)]) == []


def test_a_wrong_type_is_caught() -> None:
    assert openapi.complaints([sent("POST", MESSAGES, {"content": 7})])


def test_a_text_that_is_too_long_is_caught() -> None:
    assert openapi.complaints([sent("POST", MESSAGES, {"content": "x" * 5000})])


def test_an_attachment_may_be_numbered_by_a_number() -> None:
    body = {"attachments": [{"id": 0, "filename": "a.jpg"}]}
    assert openapi.complaints([sent("POST", MESSAGES, body)]) == []


def test_a_route_that_discord_does_not_have_is_caught() -> None:
    assert openapi.complaints([sent("POST", "/pictures/{picture_id}", {})])

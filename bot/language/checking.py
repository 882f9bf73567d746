"""Whether an endpoint works: for ``python -m bot doctor``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from bot.language.failing import KEY_REFUSED, reason_of, status_of
from bot.language.wire import Completion, Models

CHECK_S = 10.0
_NAMED = 5


async def problems_of(openai: ModuleType, client: Any, model: str) -> Sequence[str]:
    """What keeps the model from answering; nothing when it does.

    Some servers have no list of models, and some answer to any name: where the list does not have the model, one
    token is asked of it.
    """
    listed: Models | None = None
    try:
        async with asyncio.timeout(CHECK_S):
            got = await client.get("/models", cast_to=object)
            # Under another content type than JSON's, the library hands over the text.
            listed = Models.model_validate_json(got) if isinstance(got, str) else Models.model_validate(got)
    except ValidationError:
        pass  # a list of another kind
    except Exception as error:  # noqa: BLE001  the library lets anything through that a server provokes
        if not _has_no_list(error):
            return [_problem(error, openai)]
    if listed is not None and listed.has(model):
        return []
    try:
        async with asyncio.timeout(CHECK_S):
            raw = await client.chat.completions.with_raw_response.create(
                model=model, messages=[{"role": "user", "content": "Hi"}], max_tokens=1
            )
            Completion.model_validate_json(raw.content)
    except ValidationError:
        return [
            "CHAT_BASE_URL: what answers there is no chat endpoint; many need /v1 at the end of the address."
        ]
    except Exception as error:  # noqa: BLE001  as above
        return [_without_model(error, openai, model, listed)]
    return []


def _has_no_list(error: Exception) -> bool:
    return status_of(error) in {404, 405, 501} or isinstance(error, ValueError)  # no JSON


def _problem(error: Exception, openai: ModuleType) -> str:
    if status_of(error) in KEY_REFUSED:
        return "CHAT_API_KEY: the endpoint refuses the key: put one of its own keys there."
    reason = reason_of(error, openai)
    if reason == "unreachable":
        return "CHAT_BASE_URL: nothing answers there: start the server, or mend the address."
    if reason == "timeout":
        return f"CHAT_BASE_URL: no answer within {CHECK_S:.0f} s: see whether the server is busy or stuck."
    return f"CHAT_BASE_URL: the endpoint fails ({reason}): see its log; while it loads a model, wait."


def _without_model(error: Exception, openai: ModuleType, model: str, listed: Models | None) -> str:
    if status_of(error) not in {400, 404, 422}:
        return _problem(error, openai)
    if listed is None:
        return f"CHAT_MODEL: the endpoint does not answer as {model}: see which models it has."
    there = ", ".join(listed.first(_NAMED)) or "none"
    return f"CHAT_MODEL: the endpoint has no model {model}; it has: {there}."

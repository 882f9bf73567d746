"""A chat endpoint that speaks OpenAI's protocol: llama.cpp, vLLM, Ollama, LM Studio, OpenRouter, OpenAI.

The protocol: https://platform.openai.com/docs/api-reference/chat. Servers know it to different degrees: what one
does not know is found out by asking, remembered as long as the process lives, and tried again now and then.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from bot.language.checking import problems_of
from bot.language.connecting import connect
from bot.language.failing import FORM_REFUSED, TOO_MANY, TOOLS_REFUSED, reason_of, status_of, wait_of
from bot.language.forms import Rung, Schema, asked_by, in_words, read_answer, schema_of
from bot.language.lines import messages_of
from bot.language.pieces import Calls, Spoken
from bot.language.remembering import Remembered
from bot.language.wire import Completion, Piece
from bot.services.ports.language import LanguageModelError, Line, Said, Tool, ToolUse

log = structlog.get_logger()

Form = TypeVar("Form", bound=BaseModel)

ANSWER_TOKENS = 2_000
TALK_TOKENS = 1_200
MOST_ANSWER = 256_000
"""Characters of an answer that are read."""
MOST_SAID = 8_000
"""Characters of one talk; then it ends."""
SILENCE_S = 30.0
"""How long a talk may be silent: a model on a processor reads a long prompt that long."""
TALK_S = 120.0
"""How long a talk may last in all."""

_CUT_OFF = "length"
_FILTERED = "content_filter"


class ChatEndpoint:
    """A :class:`bot.services.ports.language.LanguageModel`. Connects when it is first asked.

    ``answer`` takes ``timeout_s`` at most, whatever it tries. Its requests are at most one a rung, one for each field
    that the server turns out not to know, and one after a 429.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str | None = None,
        *,
        timeout_s: float = 8.0,
        silence_s: float = SILENCE_S,
        talk_s: float = TALK_S,
    ) -> None:
        """Connect to nothing yet.

        Raises:
            SettingsError: the extra is not installed.
        """
        self._openai, self._client = connect(base_url, api_key)
        self._model = model
        self._timeout_s = timeout_s
        self._silence_s = silence_s
        self._talk_s = talk_s
        self._known = Remembered()

    async def answer(self, instructions: str, lines: Sequence[Line], form: type[Form]) -> Form:
        """What it answers, in the form; see the port."""
        schema = schema_of(form)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._down_the_ladder(instructions, lines, form, schema)
        except LanguageModelError:
            raise
        except Exception as error:  # noqa: BLE001  the library lets anything through that a server provokes
            # "from None": what the library says repeats what the server wrote, which may repeat the talk
            raise LanguageModelError(reason_of(error, self._openai)) from None

    async def talk(
        self, instructions: str, lines: Sequence[Line], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[Said | ToolUse]:
        """What it says as it comes; see the port. Tools come last, when all is said."""
        try:
            end_at = asyncio.get_running_loop().time() + self._talk_s
            async with asyncio.timeout(self._silence_s):
                stream = await self._open_talk(messages_of(instructions, lines), tools)
            async with stream, aclosing(self._pieces(stream, end_at, tools)) as pieces:
                async for piece in pieces:
                    yield piece
        except LanguageModelError:
            raise
        except Exception as error:  # noqa: BLE001  as above
            raise LanguageModelError(reason_of(error, self._openai)) from None

    async def problems(self) -> Sequence[str]:
        """What keeps it from working now; see the port."""
        return await problems_of(self._openai, self._client, self._model)

    async def close(self) -> None:
        """Release connections."""
        await self._client.close()

    # -- answers --------------------------------------------------------------------------------

    async def _down_the_ladder(
        self, instructions: str, lines: Sequence[Line], form: type[Form], schema: Schema
    ) -> Form:
        rung: Rung | None = self._known.first_rung()
        reason = "wrong_form"
        while rung is not None:
            messages = messages_of(instructions + in_words(rung, schema), lines)
            try:
                content = await self._complete(messages, asked_by(rung, schema))
            except self._openai.APIStatusError as error:
                if status_of(error) not in FORM_REFUSED:
                    raise
                reason = reason_of(error, self._openai)
                log.info("form_refused", rung=rung.value, reason=reason)
            else:
                read = read_answer(content, form)
                if read is not None:
                    self._known.rung_worked(rung)
                    return read
                reason = "wrong_form"
                log.info("form_missed", rung=rung.value)
            rung = rung.below()
        raise LanguageModelError(reason)

    async def _complete(self, messages: Sequence[Mapping[str, str]], form: Mapping[str, object]) -> str:
        raw = await self._create(messages, ANSWER_TOKENS, form, whole=True)
        try:
            choice = Completion.model_validate_json(raw.content).choices[0]
        except ValidationError:
            raise LanguageModelError("malformed answer") from None
        content = choice.message.content or ""
        if choice.finish_reason == _FILTERED or (choice.message.refusal and not content):
            raise LanguageModelError("refused")
        if choice.finish_reason == _CUT_OFF:
            raise LanguageModelError("cut_off")  # on another rung it would be no shorter
        if len(content) > MOST_ANSWER:
            raise LanguageModelError("too_long")
        return content

    # -- talk -----------------------------------------------------------------------------------

    async def _open_talk(self, messages: Sequence[Mapping[str, str]], tools: Sequence[Tool]) -> Any:
        if not tools or not self._known.tries_tools():
            return await self._create(messages, TALK_TOKENS, {}, whole=False)
        described = [_described(tool) for tool in tools]
        try:
            stream = await self._create(messages, TALK_TOKENS, {"tools": described}, whole=False)
        except self._openai.APIStatusError as error:
            if status_of(error) not in TOOLS_REFUSED:
                raise
            stream = await self._create(messages, TALK_TOKENS, {}, whole=False)
            log.info("tools_refused", reason=reason_of(error, self._openai))
            self._known.tools_worked(worked=False)  # it answers without: the tools it was
            return stream
        self._known.tools_worked(worked=True)
        return stream

    async def _pieces(
        self, stream: Any, end_at: float, tools: Sequence[Tool]
    ) -> AsyncGenerator[Said | ToolUse]:
        loop = asyncio.get_running_loop()
        spoken, calls, said = Spoken(), Calls(tools), 0
        chunks = aiter(stream)
        while said < MOST_SAID:
            try:
                async with asyncio.timeout_at(min(loop.time() + self._silence_s, end_at)):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                break
            piece = Piece.model_validate(chunk.model_dump(warnings=False))
            for choice in piece.choices[:1]:
                for call in choice.delta.tool_calls:
                    calls.take(call)
                text = spoken.take(choice.delta.content or "")[: MOST_SAID - said]
                if text:
                    said += len(text)
                    yield Said(text)
        rest = spoken.rest()
        if rest:
            yield Said(rest)
        uses = list(calls.uses())
        for use in uses:
            yield use
        if not (said or rest or uses):
            raise LanguageModelError("nothing_said")

    # -- both -----------------------------------------------------------------------------------

    async def _create(
        self, messages: Sequence[Mapping[str, str]], tokens: int, more: Mapping[str, object], *, whole: bool
    ) -> Any:
        """One request; again where the server does not know a field of it, and once after a 429."""
        completions = self._client.chat.completions
        has_waited = False
        while True:
            bounds = self._known.fields(tokens, steady=whole)
            fields = {"model": self._model, "messages": messages, **bounds, **more}
            try:
                if whole:
                    return await completions.with_raw_response.create(**fields)
                return await completions.create(**fields, stream=True)
            except self._openai.APIStatusError as error:
                wait_s = wait_of(error)
                if status_of(error) == TOO_MANY and not has_waited and wait_s < self._timeout_s:
                    has_waited = True
                    await asyncio.sleep(wait_s)
                elif not self._known.learns(status_of(error), str(error)):
                    raise


def _described(tool: Tool) -> Mapping[str, object]:
    function = {
        "name": tool.name,
        "description": tool.description,
        "parameters": schema_of(tool.arguments),
    }
    return {"type": "function", "function": function}

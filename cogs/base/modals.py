"""Modals whose submission is never lost.

discord.py drops a modal that is submitted after a restart, because it looks for the object that
was shown. Here the custom id says what is to be done, and every submission is routed by it from
the ``on_interaction`` event, before and after a restart alike. So discord.py need not remember what
was shown: with a time-out each form that nobody sent would keep a task and itself for that long.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import Any, ClassVar, cast

import discord
from discord import ui

from cogs.base import custom_ids
from cogs.base.errors import answer_error
from cogs.base.host import Host
from cogs.base.incoming import mend_texts
from cogs.base.tracing import begins


class DurableModal(ui.Modal):
    """A form whose custom id carries what it needs. A subclass names ``action`` and ``fields``.

    Each opening has a custom id of its own, so that one person's answer never meets another's
    form. ``submitted`` gets the ids' values and the answers by component custom id: one text a
    text input, a list a select.
    """

    action: ClassVar[str] = ""
    fields: ClassVar[tuple[str, ...]] = ()
    registry: ClassVar[dict[str, type[DurableModal]]] = {}

    def __init_subclass__(cls, *, action: str, fields: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.action = action
        cls.fields = (*fields, "opening")
        DurableModal.registry[action] = cls

    def __init__(self, *, title: str, **values: str) -> None:
        custom_id = custom_ids.build(self.action, self.fields, {**values, "opening": secrets.token_hex(6)})
        super().__init__(title=title, timeout=None, custom_id=custom_id)
        self.stop()  # a view that has ended is shown, and not remembered

    @classmethod
    async def submitted(
        cls, interaction: discord.Interaction[Host], values: Mapping[str, str], answers: Mapping[str, Any]
    ) -> None:
        """Do the work. Acknowledge first; raise a ``DarkroomError`` for anything to be told."""
        raise NotImplementedError


async def route_submission(interaction: discord.Interaction[Host]) -> None:
    """Hand a modal submission to its class; anything else is left alone."""
    if interaction.type is not discord.InteractionType.modal_submit:
        return
    data: Mapping[str, Any] = interaction.data or {}  # pyright: ignore[reportAssignmentType]  a TypedDict union
    mend_texts(data)
    custom_id = str(data.get("custom_id", ""))
    modal = DurableModal.registry.get(custom_id.partition(":")[0])
    if modal is None:
        return
    match = re.fullmatch(custom_ids.template_of(modal.action, modal.fields), custom_id)
    if match is None:
        return
    if not begins(interaction):
        return
    try:
        await modal.submitted(interaction, match.groupdict(), answers_of(data))
    except Exception as error:  # noqa: BLE001  the modal boundary
        await answer_error(interaction, error)


def answers_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in a modal submission by component custom id, however they are nested.

    Each is a text or a list of texts, or None where nothing was answered; what was forged into anything else
    is left out.
    """
    answers: dict[str, Any] = {}
    pending: list[object] = [data.get("components")]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending.extend(cast("list[object]", part))
        if not isinstance(part, dict):
            continue
        component = cast("dict[str, object]", part)
        pending += [component.get("components"), component.get("component")]
        answer = component.get("values", component.get("value"))
        if isinstance(answer, list):
            answer = [text for text in cast("list[object]", answer) if isinstance(text, str)]
        if "custom_id" in component and isinstance(answer, str | list | None):
            answers[str(component["custom_id"])] = answer
    return answers

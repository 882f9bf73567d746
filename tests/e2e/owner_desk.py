"""Who manages the server, before ``/setup`` or ``/settings``, as a test drives it."""

from __future__ import annotations

from typing import Any

from playground import Channel, Interaction, Message
from tests.e2e.stage import Stage


class OwnerDesk:
    """Presses and chooses on a page, and waits for what it shows then. Begin one with :meth:`open`."""

    def __init__(self, stage: Stage, page: Message) -> None:
        self.stage = stage
        self._page_id = page.id

    @classmethod
    async def open(cls, stage: Stage, command: str = "setup", place: Channel | None = None) -> OwnerDesk:
        """Through the command; the moderator owns the guild."""
        opened = await stage.world.slash(stage.kim, place or stage.world.channel("lounge"), command)
        return cls(stage, await opened.said("Setup ·" if command == "setup" else "Settings"))

    @property
    def page(self) -> Message:
        """The message as it stands."""
        message = self.stage.world.message(self._page_id)
        assert message is not None
        return message

    async def press(self, label: str, shows: str) -> Interaction:
        """Press a button, and wait until the page says this."""
        pressed = await self.stage.world.press(self.stage.kim, self.page, label)
        await self.shows(shows)
        return pressed

    async def go_to(self, title: str) -> None:
        """On in the wizard until a page of this title."""
        for _ in range(6):
            if title in self.page.text:
                return
            before = self.page.text
            await self.stage.world.press(self.stage.kim, self.page, "Next")
            await self._changed_from(before)
        raise AssertionError(f"the wizard has no {title}: {self.page.text}")

    async def _changed_from(self, before: str) -> None:
        await self.stage.world.wait_until(
            lambda: self.page.text != before, 10.0, lambda: f"another page than {before!r}"
        )

    async def choose(self, action: str, *values: Any, shows: str = "") -> Interaction:
        """Choose in the select of an action, and wait until the page says this."""
        (select,) = [s.custom_id for s in self.page.selects if s.custom_id.startswith(f"{action}:")]
        chosen = await self.stage.world.choose(self.stage.kim, self.page, list(values), custom_id=select)
        await self.shows(shows)
        return chosen

    async def fill_in(self, label: str, shows: str, **values: str) -> Interaction:
        """Open a form by its button, submit it, and wait until the page says this."""
        shown = await self.stage.world.press(self.stage.kim, self.page, label)
        await shown.modal_shown()
        sent = await self.stage.world.submit_modal(shown, values)
        await self.shows(shows)
        return sent

    async def shows(self, text: str) -> None:
        """Wait until the page says this."""
        await self.stage.world.wait_until(
            lambda: text in self.page.text, 10.0, lambda: f"{text!r} on {self.page.text!r}"
        )

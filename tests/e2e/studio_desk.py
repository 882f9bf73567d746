"""A member at their studio panel, as a test drives it."""

from __future__ import annotations

from collections.abc import Callable

from playground import Channel, Interaction, Member, Message
from tests.e2e.stage import Stage


class StudioDesk:
    """Presses and chooses on a panel, and waits for what it shows then. Begin one with :meth:`open`."""

    def __init__(self, stage: Stage, member: Member, place: Channel, panel: Message) -> None:
        self.stage = stage
        self.member = member
        self.place = place
        self._panel_id = panel.id

    @classmethod
    async def open(cls, stage: Stage, member: Member, place: Channel) -> StudioDesk:
        """Through the command."""
        opened = await stage.world.slash(member, place, "image studio")
        return cls(stage, member, place, await opened.said("Studio"))

    @property
    def panel(self) -> Message:
        """The message as it stands."""
        message = self.stage.world.message(self._panel_id)
        assert message is not None
        return message

    def custom_id(self, action: str) -> str:
        """The custom id of the one component of an action."""
        ids = [b.custom_id for b in self.panel.buttons] + [s.custom_id for s in self.panel.selects]
        (found,) = [i for i in ids if i is not None and i.startswith(f"{action}:")]
        return found

    async def press(self, label: str) -> Interaction:
        """Press a button by its label, and wait until the panel has changed."""
        return await self._shown(await self.stage.world.press(self.member, self.panel, label))

    async def press_id(self, custom_id: str) -> Interaction:
        """Press a button that opens a form, by its custom id."""
        return await self.stage.world.press(self.member, self.panel, custom_id=custom_id)

    async def generate(self) -> Interaction:
        """Press Generate: the panel stays as it is."""
        return await self.press_id(self.custom_id("studio-generate"))

    async def choose(self, action: str, *values: str) -> Interaction:
        """Choose in the one select of an action, and wait until the panel has changed."""
        return await self.choose_in(self.custom_id(action), *values)

    async def choose_in(self, custom_id: str, *values: str) -> Interaction:
        """Choose in a select, and wait until the panel has changed."""
        return await self._shown(
            await self.stage.world.choose(self.member, self.panel, list(values), custom_id=custom_id)
        )

    async def fill_in(self, shown: Interaction, **values: str) -> Interaction:
        """Submit a form, and wait until the panel has changed."""
        await shown.modal_shown()
        return await self._shown(await self.stage.world.submit_modal(shown, values))

    async def write(self, prompt: str) -> Interaction:
        """Fill in the form of the prompt."""
        return await self.fill_in(await self.press_id(self.custom_id("studio-prompt")), prompt=prompt)

    async def _shown(self, pressed: Interaction) -> Interaction:
        def edited() -> bool:
            return any(
                r.method == "PATCH" and pressed.token in r.path and r.took_effect
                for r in reversed(self.stage.world.requests)
            )

        await self.stage.world.wait_until(
            edited, 10.0, lambda: f"an edit after {pressed}: {pressed.texts()}, {pressed.errors}"
        )
        return pressed

    async def shows(self, *texts: str) -> Message:
        """The panel as soon as it says all of this, on its texts or its buttons."""

        def readable(message: Message) -> str:
            return "\n".join([message.text, *(str(button.label) for button in message.buttons)])

        return await self.until(
            lambda message: all(text in readable(message) for text in texts),
            lambda: f"{texts} on {readable(self.panel)!r}",
        )

    async def until(self, fits: Callable[[Message], bool], what: Callable[[], str]) -> Message:
        """The panel as soon as it is as it should be."""
        return await self.stage.world.wait_until(
            lambda: self.panel if fits(self.panel) else None, 10.0, lambda: f"waited for {what()}"
        )

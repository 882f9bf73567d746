"""An owner who works in the settings of a companion, as a test drives them."""

from __future__ import annotations

from playground import Channel, Interaction, Member, Message
from tests.e2e.stage import Stage

LOOKS = {
    "hair": "short pink hair",
    "eyes": "violet",
    "skin": "light",
    "build": "slim",
    "outfit": "grey flight suit",
}
BOTH_TRUE = "Both are true: make 4 candidates · 0 moments"


class Owner:
    """A member with a companion of their own and a channel, who works in the companion's settings."""

    def __init__(self, stage: Stage, member: Member, place: Channel, name: str) -> None:
        self.stage = stage
        self.member = member
        self.place = place
        self.name = name

    @classmethod
    async def begin(cls, stage: Stage, name: str) -> Owner:
        """Create the companion through the command, the form and the button."""
        member, place = stage.new_member(), stage.world.create_channel(f"home-of-{name.lower()}")
        asked = await stage.world.slash(
            member, place, "companion create", name=name, gender="female", style="anime", age=30
        )
        await asked.modal_shown()
        card = await (await stage.world.submit_modal(asked, LOOKS)).said("draft")
        created = await stage.world.press(member, card, "Adult and not real: create")
        await created.said("yours")
        return cls(stage, member, place, name)

    async def settings(self) -> Message:
        """The panel, opened anew."""
        opened = await self.stage.world.slash(
            self.member, self.place, "companion settings", companion=self.name
        )
        panel = await opened.said("settings")
        assert panel.ephemeral
        return panel

    async def press(self, message: Message, label: str) -> Interaction:
        """Press one of the owner's buttons."""
        return await self.stage.world.press(self.member, message, label)

    async def turned(self, message: Message, label: str, text: str) -> Message:
        """Press a button that changes its own message, and wait for what that says then."""
        await self.press(message, label)

        def found() -> Message | None:
            now = self.stage.world.message(message)
            return now if now is not None and text in now.text else None

        return await self.stage.world.wait_until(found, 10.0, lambda: f"“{text}” after {label}")

    async def sheet(self, pressed: Interaction, numbers: int = 4) -> Message:
        """The sheet that answers a press of a button which makes candidates."""

        def found() -> Message | None:
            message = pressed.response
            is_there = message is not None and message.attachments and is_sheet(message)
            return message if is_there else None

        sheet = await self.stage.world.wait_until(found, 30.0, lambda: f"a sheet: {pressed.texts()}")
        assert numbers_of(sheet) == [str(number) for number in range(1, numbers + 1)]
        assert sheet.ephemeral
        return sheet

    async def confirmation(self) -> Message:
        """The panel, turned to the question before the first candidates."""
        return await self.turned(await self.settings(), "Enable Advanced · 0 moments", "is not a real person")

    async def enable(self) -> Message:
        """From the panel to the sheet, the free first time."""
        asked = await self.confirmation()
        assert "is 18 or older" in asked.text
        return await self.sheet(await self.press(asked, BOTH_TRUE))

    @property
    def reference(self) -> str | None:
        """The file of the companion's reference, as the database has it."""
        (key,) = self.stage.rows("SELECT reference_key FROM companion WHERE name = :name", name=self.name)
        return key

    def candidates(self) -> list[str]:
        """The files of all candidates, oldest first."""
        return self.stage.rows(
            "SELECT file_key FROM image JOIN image_cast USING (image_id) JOIN companion USING (companion_id)"
            " WHERE name = :name AND image.kind = 'reference' ORDER BY image_id",
            name=self.name,
        )


def is_sheet(message: Message) -> bool:
    return any((button.custom_id or "").startswith("reference-pick:") for button in message.buttons)


def numbers_of(message: Message) -> list[str]:
    return [b.label or "" for b in message.buttons if (b.custom_id or "").startswith("reference-pick:")]

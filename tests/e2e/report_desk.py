"""A picture in a room of its own, reported and decided on as members and moderators do it."""

from __future__ import annotations

from dataclasses import dataclass

from playground import Channel, Interaction, Member, Message
from tests.e2e.owner_desk import OwnerDesk
from tests.e2e.stage import Room, Stage

REFUND, REJECT, REMOVE, BOTH = "Refund 50", "Reject", "Remove picture", "Refund & remove"


def mod_channel(stage: Stage) -> Channel:
    """Where moderators work."""
    return stage.world.channel("mod-reports")


async def choose_mod_channel(stage: Stage) -> None:
    """As the owner does it."""
    desk = await OwnerDesk.open(stage)
    mods = mod_channel(stage)
    await desk.choose("setup-mod", mods, shows=f"**Now:** <#{mods.id}>")


@dataclass(frozen=True)
class Reported:
    """A delivered picture, and short ways to report it and to decide."""

    stage: Stage
    room: Room
    picture: Message
    image_id: str

    @classmethod
    async def make(cls, stage: Stage, **more: Member) -> Reported:
        """A picture of Mira, for a new member unless one is named."""
        room = await stage.room("Mira", **more)
        picture = await stage.picture(await stage.world.press(room.member, room.spoken, "Instant"))
        await stage.settled(room.member)
        custom_id = picture.button("Again").custom_id
        assert custom_id
        return cls(stage, room, picture, custom_id.partition(":")[2])

    async def report(self, by: Member, reason: str = "broken", words: str = "") -> Interaction:
        """Press the button, fill the form in, submit it."""
        pressed = await self.stage.world.press(by, self.picture, "Report")
        return await submit(self.stage, pressed, reason=[reason], words=words)

    async def card(self) -> Message:
        """Its card, as it stands."""

        def found() -> Message | None:
            (card,) = self.cards() or [None]
            return card

        return await self.stage.world.wait_until(found, 10, f"a card of {self.image_id}")

    def cards(self) -> list[Message]:
        """All cards of it."""
        name = f"reported-{self.image_id.lower()}.jpg"
        return [
            message
            for message in self.stage.world.messages(mod_channel(self.stage))
            if any(file.filename == name for file in message.attachments)
        ]

    async def decide(
        self, by: Member, label: str, note: str = "", card: Message | None = None
    ) -> Interaction:
        """Press a button of the card, and submit the form with a note."""
        pressed = await self.stage.world.press(by, card or await self.card(), label)
        return await submit(self.stage, pressed, note=note)

    async def shows(self, card: Message, text: str) -> Message:
        """The card once it says this."""

        def now() -> Message | None:
            message = self.stage.world.message(card)
            return message if message is not None and text in message.text else None

        return await self.stage.world.wait_until(
            now, 10, lambda: f"{text!r} on {getattr(self.stage.world.message(card), 'text', None)!r}"
        )

    async def told(self, member: Member, words: str) -> Message:
        """The direct message that says this."""

        def found() -> Message | None:
            direct = [c for c in self.stage.world.channels if c.recipient_id == member.id]
            messages = [m for c in direct for m in self.stage.world.messages(c) if words in m.text]
            return messages[-1] if messages else None

        return await self.stage.world.wait_until(found, 10, f"a direct message to {member.name}: {words!r}")

    def direct_messages(self, member: Member) -> list[str]:
        """All that a member was told directly."""
        direct = [c for c in self.stage.world.channels if c.recipient_id == member.id]
        return [message.text for c in direct for message in self.stage.world.messages(c)]

    def files(self) -> list[str]:
        """The keys of its files as the books have them."""
        ((full, thumbnail),) = self.stage.rows(
            "SELECT file_key, thumbnail_key FROM image WHERE image_id = :image", image=self.image_id
        )
        return [full, thumbnail]

    def has_files(self) -> list[bool]:
        """Whether each of them is in the store."""
        return [any(self.stage.folder.joinpath("images").rglob(f"*{key}*")) for key in self.files()]

    def refunds(self) -> int:
        """How often it was refunded."""
        (count,) = self.stage.rows(
            "SELECT count(*) FROM ledger WHERE kind = 'refund' AND ref = :image", image=self.image_id
        )
        return count

    async def rested(self) -> None:
        """Until nothing is left to be done outside the books."""
        await self.stage.until(
            lambda: self.stage.rows("SELECT count(*) FROM report_case WHERE work_at_ms IS NOT NULL") == [0],
            "all work of cases to be done",
        )


async def submit(stage: Stage, shown: Interaction, **values: object) -> Interaction:
    """Fill in the form that was shown, and submit it."""
    await shown.modal_shown()
    return await stage.world.submit_modal(shown, values)

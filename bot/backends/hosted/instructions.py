"""A job as a hosted model reads it: pictures that go along, each with words that say who it shows, then the prompt.

Such models follow sentences and count pictures from 1 in the order they get them. Everything a picture needs is in
the job's own prompt already (:mod:`bot.domain.prompts`): what is added says which picture shows whom, and the style,
which the prompt leaves to the backend.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.companion import Style
from bot.domain.prompts import natural_prompt
from bot.services.ports.images import CastMember, JobKind, PictureJob

_STYLES = {Style.REALISTIC: "a realistic photograph", Style.ANIME: "an anime illustration"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture that goes along with a job: a JPEG of ours, and what it is in words."""

    words: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Instructions:
    """What a hosted model is told: the pictures in their order, then the text."""

    attachments: tuple[Attachment, ...]
    text: str

    @property
    def whole(self) -> str:
        """All words in one text, for an interface that takes pictures and words apart."""
        return "\n".join([*(attachment.words for attachment in self.attachments), self.text])


def instructions_of(job: PictureJob) -> Instructions:
    """The picture to be edited first, if any, then the reference of each of the cast who has one."""
    shown: list[Attachment] = []
    if job.kind is JobKind.EDIT and job.source is not None:
        shown.append(Attachment("Image 1 is the picture to be changed.", job.source))
    for member in job.cast:
        if member.reference is not None:
            words = (
                f"Image {len(shown) + 1} is {member.name}: give {member.name} this face, hair, skin and build."
                " Pose, clothes and surroundings come from the text."
            )
            shown.append(Attachment(words, member.reference))
    return Instructions(tuple(shown), _edit_text(job) if job.kind is JobKind.EDIT else _picture_text(job))


def _picture_text(job: PictureJob) -> str:
    looks = {member.companion_id: (member.name, member.look) for member in job.cast}
    prompt = job.prompt.strip() or natural_prompt(job.scene, looks)
    return f"{prompt}\n{_style(job.cast)} One single picture, not a collage."


def _edit_text(job: PictureJob) -> str:
    """An edit's prompt is the change alone, so it is said who is in the picture."""
    people = "; ".join(f"{member.name} ({', '.join(member.look.words())})" for member in job.cast)
    who = f" In it: {people}." if people else ""
    return f"Change Image 1: {job.prompt.strip()}\nLeave everything else in it as it is.{who}"


def _style(cast: tuple[CastMember, ...]) -> str:
    """The style of the picture; in a group of several styles everybody keeps their own."""
    styles = {member.look.style for member in cast}
    if len(styles) == 1:
        return f"Make it {_STYLES[styles.pop()]}."
    each = ", ".join(f"{member.name} as in {_STYLES[member.look.style]}" for member in cast)
    return f"Everyone keeps their own style: {each}." if each else ""

"""What a picture was made of, as choices of the studio: for **Reuse prompt**, on old pictures too."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.companion import Companion
from bot.domain.errors import NotFoundError
from bot.domain.picture import Aspect, Resolution
from bot.domain.presets import PresetChoice
from bot.domain.prompts import Looks, premium_prompt, scene_text, tags_prompt, trim
from bot.domain.request import ImageRequest, RequestKind
from bot.domain.scene import Figure, Scene
from bot.domain.studio import MAX_BATCH, Mode, StudioChoices, prompt_limit
from bot.domain.studio_changes import RESOLUTIONS
from bot.services.ports.speaking import Place
from bot.services.ports.storage import Storage, UnitOfWork
from bot.services.requests.checking import RequestChecks

MOST_EDITS = 50
"""How far back the edits of edits are followed."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What of a picture goes on the panel. ``left_out`` is how many of it can't be pictured again."""

    kind: RequestKind
    companion_ids: tuple[str, ...]
    prompt: str
    presets: PresetChoice
    aspect: Aspect | None
    resolution: Resolution
    count: int
    left_out: int

    def applied_to(self, choices: StudioChoices) -> StudioChoices:
        """The panel with it. What the picture's mode does not have stays as it was."""
        is_premium = self.kind is RequestKind.PREMIUM
        return replace(
            choices,
            is_group=self.kind is RequestKind.GROUP,
            mode=Mode.PREMIUM if is_premium else Mode.ADVANCED,
            companion_ids=self.companion_ids,
            prompt=self.prompt,
            presets=self.presets if is_premium else choices.presets,
            aspect=self.aspect,
            resolution=choices.resolution if is_premium else self.resolution,
            count=self.count if is_premium else choices.count,
        )


class PictureRecall:
    """Reads pictures back into choices."""

    def __init__(self, *, storage: Storage, checks: RequestChecks) -> None:
        self._storage = storage
        self._checks = checks

    async def recall(self, place: Place, user_id: int, image_id: str) -> Recalled:
        """What a picture of this guild was made of, as far as this member may make it again.

        A studio picture gives what was typed; an instant one its scene in words; an edit what was
        edited and then each change.

        Raises:
            NotFoundError: there is no such picture here, it was deleted, or is not for this member to see.
            MatureRefusedError: it is mature, and its words may not be told here.
        """
        image, request = await self._checks.picture(image_id, place.guild_id)
        if request.kind is RequestKind.REFERENCE or await self._is_hidden(request, user_id):
            raise NotFoundError
        await self._checks.check_repeatable(image, place)
        origin, changes = await self._origin(request, place.guild_id)
        usable = {c.companion_id: c for c in await self._checks.usable(place, user_id)}
        scene = origin.require_scene()
        cast = tuple(usable[cid] for cid in scene.cast if cid in usable)
        kind = origin.kind if origin.kind.is_studio else _kind_for(cast)
        if kind is not RequestKind.GROUP:
            cast = cast[:1]
        prompt = origin.options.prompt if origin.kind.is_studio else _in_words(kind, scene, cast)
        options = origin.options
        return Recalled(
            kind=kind,
            companion_ids=tuple(companion.companion_id for companion in cast),
            prompt=trim(_joined(kind, prompt, changes), prompt_limit(kind)),
            presets=options.presets,
            aspect=options.aspect or options.shape,
            resolution=options.resolution if options.resolution in RESOLUTIONS else RESOLUTIONS[0],
            count=min(options.count, MAX_BATCH),
            left_out=len(scene.cast) - len(cast),
        )

    async def _origin(self, request: ImageRequest, guild_id: int) -> tuple[ImageRequest, list[str]]:
        """The request under all edits, and what they changed, oldest first.

        Where what was edited is gone, the oldest edit that is left stands for itself: its scene has all
        that was changed before.
        """
        changes: list[str] = []
        while request.kind is RequestKind.EDIT and len(changes) < MOST_EDITS:
            try:
                _, edited = await self._checks.picture(request.options.edit_of_image_id or "", guild_id)
            except NotFoundError:
                break
            changes.insert(0, request.options.prompt)
            request = edited
        return request, changes

    async def _is_hidden(self, request: ImageRequest, user_id: int) -> bool:
        if not request.options.private:
            return False

        async def work(uow: UnitOfWork) -> str | None:
            return await uow.members.account_of(user_id)

        return await self._storage.read(work) != request.account_id


def _kind_for(cast: tuple[Companion, ...]) -> RequestKind:
    """How a picture of a conversation is made again: with likeness, where everybody has one."""
    if not all(companion.advanced_ready for companion in cast):
        return RequestKind.PREMIUM
    return RequestKind.GROUP if len(cast) > 1 else RequestKind.ADVANCED


def _in_words(kind: RequestKind, scene: Scene, cast: tuple[Companion, ...]) -> str:
    """The scene of those who are in it, as a member would type it: without looks, which come by themselves."""
    looks: Looks = {companion.companion_id: (companion.name, companion.look) for companion in cast}
    shown = replace(scene, figures=tuple(f for f in scene.figures if f.companion_id in looks))
    if kind is not RequestKind.PREMIUM:
        return scene_text(shown, {cid: name for cid, (name, _) in looks.items()})
    plain = Scene(tuple(Figure(companion_id) for companion_id in looks))
    by_themselves = premium_prompt("", (), plain, looks).split(", ")
    return ", ".join(tag for tag in tags_prompt(shown, looks).split(", ") if tag not in by_themselves)


def _joined(kind: RequestKind, prompt: str, changes: list[str]) -> str:
    if kind is RequestKind.PREMIUM:
        return ", ".join(part for part in (prompt, *changes) if part)
    sentences = (part.rstrip(" .") for part in (prompt, *changes))
    return ". ".join(part for part in sentences if part) + "." if changes else prompt

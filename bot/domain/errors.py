"""Everything that can go wrong, as errors with fields and no text for people.

``cogs`` translates them in one table; what a field holds is in each docstring.
"""

from __future__ import annotations

from dataclasses import dataclass


class DarkroomError(Exception):
    """The root of the tree; never raised itself."""


@dataclass
class NotEnoughMomentsError(DarkroomError):
    """The wallet can't pay. ``needed`` and ``available`` in moments; ``owed`` blocks all holds.

    ``granted_only``: only granted moments would pay, so the purchased ones are not among the available.
    """

    needed: int
    available: int
    owed: int = 0
    granted_only: bool = False


@dataclass
class DuplicateRequestError(DarkroomError):
    """The same press or source already has a request under way."""

    request_id: str | None = None


@dataclass
class TooManyRequestsError(DarkroomError):
    """The member has as many open requests as allowed."""

    open_count: int
    limit: int


class NoCastError(DarkroomError):
    """There is no companion who could be pictured here."""


class ContextUnreadableError(DarkroomError):
    """The channel's messages can't be read: the message-content intent is off."""


@dataclass
class MissingPermissionError(DarkroomError):
    """Discord lets the bot do this only with ``permission`` (a Discord permission name) in ``channel_id``."""

    permission: str
    channel_id: int


@dataclass
class UnknownCompanionError(DarkroomError):
    """Nobody here answers to ``name``."""

    name: str


class NotYoursError(DarkroomError):
    """Only the one who asked for it (or a moderator) may do this."""


class NotFoundError(DarkroomError):
    """The thing that was named is not there (any more)."""


@dataclass
class NameTakenError(DarkroomError):
    """Another companion here already answers to ``name``."""

    name: str


@dataclass
class InvalidInputError(DarkroomError):
    """A value is outside its limits: ``field`` names it, ``limit`` says the bound."""

    field: str
    limit: str


class AlreadyStartedError(DarkroomError):
    """The backend has started; the request can only be cancelled now."""


class AlreadySettledError(DarkroomError):
    """The request has ended; nothing can be changed about it."""


@dataclass
class GrantCapError(DarkroomError):
    """A grant or gift is over its cap; ``left`` is how much is still allowed today."""

    cap: int
    left: int


class SelfTransferError(DarkroomError):
    """Moments can't be given to oneself."""


@dataclass
class AlreadyClaimedError(DarkroomError):
    """The daily moments are already taken; ``next_at_s`` is the Unix time of the next ones."""

    next_at_s: float


@dataclass
class UnsafeRequestError(DarkroomError):
    """A check refused the prompt, a look or a persona; ``rule`` is the rule's short name."""

    rule: str


@dataclass
class BackendRefusedError(DarkroomError):
    """A backend will not make this picture."""

    backend: str


@dataclass
class BackendUnavailableError(DarkroomError):
    """A backend is down or too busy; ``retry_after_s`` when it said so."""

    backend: str
    retry_after_s: float | None = None


@dataclass
class BackendFailedError(DarkroomError):
    """A backend tried and failed; ``reason`` is for the log, not for people."""

    backend: str
    reason: str = ""


@dataclass
class BadPictureError(DarkroomError):
    """Bytes that are no acceptable picture; ``reason`` is for the log."""

    reason: str


@dataclass
class PictureMissingError(DarkroomError):
    """A stored picture's file is not there."""

    key: str


class OverdraftError(DarkroomError):
    """A balance would fall below zero; nothing was changed."""


class DuplicateEntryError(DarkroomError):
    """A ledger entry with this reference stands already."""


@dataclass
class BackendCannotError(DarkroomError):
    """No configured backend can make what was asked.

    ``lacks`` is the one thing that stands in the way, where it is one: ``resolution``, ``aspect``,
    ``count``, ``references``, ``edit``, ``rating`` (none makes mature pictures), ``filter`` (what could make it has
    no filter of its own, which only an age-restricted channel allows) or ``backend`` (the guild's own choice
    is offered no more); ``wanted`` is what was asked and ``nearest`` what would work.
    """

    lacks: str = ""
    wanted: str = ""
    nearest: str = ""


class NotConfirmedError(DarkroomError):
    """The member did not agree to the price in time."""


class DeadlineError(DarkroomError):
    """The picture was not made within the deadline."""


@dataclass
class CancelledByMemberError(DarkroomError):
    """The member cancelled it. ``billed`` moments of it count against the day's budgets, though nobody paid them."""

    billed: int = 0


class InternalError(DarkroomError):
    """A fault of ours; its details are in the log."""


@dataclass
class UploadTooLargeError(DarkroomError):
    """Discord took no file of this size; ``size_bytes`` is what was tried."""

    size_bytes: int


class DeliveryDelayedError(DarkroomError):
    """Discord can't be reached or is failing; the delivery is worth another try later."""


@dataclass
class PictureNotStoredError(DarkroomError):
    """The store did not take a picture (full, broken, away): it is not to be relied on. ``reason`` is for the log."""

    reason: str


class PresetsNeedPremiumError(DarkroomError):
    """Presets are for premium pictures only."""


@dataclass
class BatchNeedsPremiumError(DarkroomError):
    """Several pictures at once are for premium only; ``count`` were asked."""

    count: int


class ResolutionNeedsAdvancedError(DarkroomError):
    """Premium pictures have one resolution; a larger one is for advanced and group pictures."""


@dataclass
class CastSizeError(DarkroomError):
    """So many companions (``count``) can't be in this kind of picture: ``least`` to ``most`` can."""

    count: int
    least: int
    most: int


@dataclass
class NotAdvancedReadyError(DarkroomError):
    """The companions of these ``names`` have no reference picture yet."""

    names: tuple[str, ...]


@dataclass
class NotSharedError(DarkroomError):
    """The companion called ``name`` belongs to a member who does not share it."""

    name: str


@dataclass
class PromptTooLongError(DarkroomError):
    """A prompt has ``length`` characters and may have ``limit``."""

    length: int
    limit: int


@dataclass
class PromptMissingError(DarkroomError):
    """Nothing says what to picture; ``preset_would_do``: a preset would be enough."""

    preset_would_do: bool


@dataclass
class UnknownPresetError(DarkroomError):
    """There is no preset called ``name``."""

    name: str


@dataclass
class PresetUnfitError(DarkroomError):
    """The preset called ``preset`` is not made for the companion called ``companion``."""

    preset: str
    companion: str


class MatureNoEditError(DarkroomError):
    """Edits always give general pictures, so a mature one can't be edited."""


class PanelChangedError(DarkroomError):
    """The studio's panel shows something else than what is chosen now: it was changed on another one."""


@dataclass
class ChannelNotAllowedError(DarkroomError):
    """The guild's owner lets pictures be made in ``channel_ids`` alone."""

    channel_ids: tuple[int, ...]


@dataclass
class RoleNeededError(DarkroomError):
    """The guild's owner lets pictures be made by members with one of ``role_ids`` alone."""

    role_ids: tuple[int, ...]


@dataclass
class BudgetSpentError(DarkroomError):
    """``cost`` moments go over a budget of the day, of which ``left`` moments are left.

    ``whose`` is ``guild`` or ``member``; ``next_at_s`` is the Unix time at which it is full again.
    """

    whose: str
    cost: int
    left: int
    budget: int
    next_at_s: float


@dataclass
class TurnedOffError(DarkroomError):
    """There is no such thing in this guild: ``what`` is ``gifts`` or ``daily``."""

    what: str


@dataclass
class MatureSettingError(DarkroomError):
    """The guild can't allow mature pictures: ``lacks`` is ``operator``, ``mod_channel`` or ``restriction``.

    The operator does not offer them, there is no mod channel, or that channel is not age-restricted.
    """

    lacks: str


@dataclass
class MatureRefusedError(DarkroomError):
    """A mature picture can't be made or shown here; ``lacks`` is the value of a :class:`bot.domain.ratings.Lack`."""

    lacks: str


class AlreadyReportedError(DarkroomError):
    """The member has reported this picture before."""


@dataclass
class TooManyReportsError(DarkroomError):
    """The member made as many reports as allowed; ``next_at_s`` is the Unix time of the next one."""

    next_at_s: float


@dataclass
class OwnReportError(DarkroomError):
    """Nobody decides on what they have a part in: ``whose`` is ``report`` or ``picture``."""

    whose: str


@dataclass
class AlreadyDecidedError(DarkroomError):
    """A case was decided before: ``decision`` by ``account_id`` at ``at_ms``.

    ``user_id`` is who that is on Discord, None where nobody knows (any more).
    """

    decision: str
    account_id: str
    at_ms: int
    user_id: int | None = None


@dataclass
class NothingToRefundError(DarkroomError):
    """Nothing can go back: the picture was free, or ``is_refunded`` already."""

    is_refunded: bool


class ModeratorsOnlyError(DarkroomError):
    """Only moderators may do this."""


class BeingErasedError(DarkroomError):
    """The member is having their data deleted, so nothing new is kept about them meanwhile."""


class NothingKeptError(DarkroomError):
    """Nothing is kept about this member."""


class ExportUnderWayError(DarkroomError):
    """The member's data is being put together already."""

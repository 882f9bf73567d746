"""Why a request ended, as it is kept: a reason and a detail, and back again as an error."""

from __future__ import annotations

from bot.domain import errors
from bot.domain.request import EndReason

_PLAIN: dict[type[errors.DarkroomError], EndReason] = {
    errors.NoCastError: EndReason.NO_CAST,
    errors.ContextUnreadableError: EndReason.CONTEXT_UNREADABLE,
    errors.NotFoundError: EndReason.GONE,
    errors.BackendCannotError: EndReason.BACKEND_CANNOT,
    errors.DeadlineError: EndReason.DEADLINE,
    errors.NotConfirmedError: EndReason.NOT_CONFIRMED,
    errors.CancelledByMemberError: EndReason.CANCELLED,
}
_BACK = {reason: kind for kind, reason in _PLAIN.items()}


_BACKEND: dict[
    EndReason, type[errors.BackendRefusedError | errors.BackendUnavailableError | errors.BackendFailedError]
] = {
    EndReason.BACKEND_REFUSED: errors.BackendRefusedError,
    EndReason.BACKEND_UNAVAILABLE: errors.BackendUnavailableError,
    EndReason.BACKEND_FAILED: errors.BackendFailedError,
}


def end_of(error: errors.DarkroomError) -> tuple[EndReason, str]:
    """The reason and the detail under which an error is kept. Anything unforeseen is INTERNAL."""
    for reason, kind in _BACKEND.items():
        if isinstance(error, kind):
            return reason, error.backend
    match error:
        case errors.NotEnoughMomentsError():
            return EndReason.NOT_ENOUGH_MOMENTS, f"{error.needed}/{error.available}/{error.owed}"
        case errors.MissingPermissionError():
            return EndReason.MISSING_PERMISSION, f"{error.channel_id}/{error.permission}"
        case errors.UnsafeRequestError():
            return EndReason.UNSAFE, error.rule
        case errors.BadPictureError():
            return EndReason.BAD_PICTURE, error.reason
        case _:
            return _PLAIN.get(type(error), EndReason.INTERNAL), ""


def error_of(reason: EndReason, detail: str) -> errors.DarkroomError:
    """The error that a reason and a detail stand for."""
    if reason in _BACKEND:
        return _BACKEND[reason](detail)
    match reason:
        case EndReason.NOT_ENOUGH_MOMENTS:
            needed, available, owed = (int(part) for part in detail.split("/"))
            return errors.NotEnoughMomentsError(needed, available, owed)
        case EndReason.MISSING_PERMISSION:
            channel_id, _, permission = detail.partition("/")
            return errors.MissingPermissionError(permission, int(channel_id))
        case EndReason.UNSAFE:
            return errors.UnsafeRequestError(detail)
        case EndReason.BAD_PICTURE:
            return errors.BadPictureError(detail)
        case _:
            return _BACK.get(reason, errors.InternalError)()

"""Why a request ended, as it is kept: a reason and a detail, and back again as an error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain import errors
from bot.domain.request import EndReason

_SEPARATOR = "\n"
"""Between the parts of a detail; no part has one."""

_YES = "yes"

_PLAIN: dict[type[errors.DarkroomError], EndReason] = {
    errors.UnknownPresetError: EndReason.GONE,  # it was there when it was chosen
    errors.NoCastError: EndReason.NO_CAST,
    errors.ContextUnreadableError: EndReason.CONTEXT_UNREADABLE,
    errors.NotFoundError: EndReason.GONE,
    errors.DeadlineError: EndReason.DEADLINE,
    errors.NotConfirmedError: EndReason.NOT_CONFIRMED,
}


def _not_enough(needed: str, available: str, owed: str, granted_only: str = "") -> errors.DarkroomError:
    return errors.NotEnoughMomentsError(
        int(needed), int(available), int(owed), granted_only=granted_only == _YES
    )


def _missing_permission(permission: str, channel_id: str) -> errors.DarkroomError:
    return errors.MissingPermissionError(permission, int(channel_id))


def _budget_spent(whose: str, cost: str, left: str, budget: str, next_at_s: str) -> errors.DarkroomError:
    return errors.BudgetSpentError(whose, int(cost), int(left), int(budget), float(next_at_s))


def _cancelled(billed: str) -> errors.DarkroomError:
    return errors.CancelledByMemberError(int(billed or 0))


def _not_ready(*names: str) -> errors.DarkroomError:
    return errors.NotAdvancedReadyError(names)


_DETAILED: dict[
    type[errors.DarkroomError],
    tuple[EndReason, Callable[[Any], tuple[object, ...]], Callable[..., errors.DarkroomError]],
] = {
    errors.BackendRefusedError: (
        EndReason.BACKEND_REFUSED,
        lambda error: (error.backend,),
        errors.BackendRefusedError,
    ),
    errors.BackendUnavailableError: (
        EndReason.BACKEND_UNAVAILABLE,
        lambda error: (error.backend,),
        errors.BackendUnavailableError,
    ),
    errors.BackendFailedError: (
        EndReason.BACKEND_FAILED,
        lambda error: (error.backend,),
        errors.BackendFailedError,
    ),
    errors.BackendCannotError: (
        EndReason.BACKEND_CANNOT,
        lambda error: (error.lacks, error.wanted, error.nearest),
        errors.BackendCannotError,
    ),
    errors.NotEnoughMomentsError: (
        EndReason.NOT_ENOUGH_MOMENTS,
        lambda error: (error.needed, error.available, error.owed, _YES if error.granted_only else ""),
        _not_enough,
    ),
    errors.MissingPermissionError: (
        EndReason.MISSING_PERMISSION,
        lambda error: (error.permission, error.channel_id),
        _missing_permission,
    ),
    errors.UnsafeRequestError: (
        EndReason.UNSAFE,
        lambda error: (error.rule,),
        errors.UnsafeRequestError,
    ),
    errors.MatureRefusedError: (
        EndReason.MATURE,
        lambda error: (error.lacks,),
        errors.MatureRefusedError,
    ),
    errors.BadPictureError: (
        EndReason.BAD_PICTURE,
        lambda error: (error.reason,),
        errors.BadPictureError,
    ),
    errors.NotAdvancedReadyError: (
        EndReason.NOT_ADVANCED_READY,
        lambda error: error.names,
        _not_ready,
    ),
    errors.NotSharedError: (
        EndReason.NOT_SHARED,
        lambda error: (error.name,),
        errors.NotSharedError,
    ),
    errors.CancelledByMemberError: (
        EndReason.CANCELLED,
        lambda error: (error.billed or "",),
        _cancelled,
    ),
    errors.BudgetSpentError: (
        EndReason.BUDGET_SPENT,
        lambda error: (error.whose, error.cost, error.left, error.budget, error.next_at_s),
        _budget_spent,
    ),
}
"""For each error with fields: its reason, its fields, and how it is made of their texts."""

_PLAIN_BACK = {reason: kind for kind, reason in _PLAIN.items()}
_DETAILED_BACK = {reason: make for reason, _, make in _DETAILED.values()}


def end_of(error: errors.DarkroomError) -> tuple[EndReason, str]:
    """The reason and the detail under which an error is kept. Anything unforeseen is INTERNAL."""
    for kind, (reason, fields, _) in _DETAILED.items():
        if isinstance(error, kind):
            parts = (str(part).replace(_SEPARATOR, " ") for part in fields(error))
            return reason, _SEPARATOR.join(parts)
    return _PLAIN.get(type(error), EndReason.INTERNAL), ""


def error_of(reason: EndReason, detail: str) -> errors.DarkroomError:
    """The error that a reason and a detail stand for; INTERNAL's where another version wrote the detail otherwise."""
    if reason in _DETAILED_BACK:
        try:
            return _DETAILED_BACK[reason](*detail.split(_SEPARATOR))
        except (TypeError, ValueError):
            return errors.InternalError()
    return _PLAIN_BACK.get(reason, errors.InternalError)()

"""Which buttons have a request under way in this process, without asking the database."""

from __future__ import annotations


class OpenTriggers:
    """A first guard against double taps, answered before the ack.

    The database holds the truth (a unique open trigger per account); this one only spares people
    a "thinking…" that would be taken back at once.
    """

    def __init__(self) -> None:
        self._by_trigger: dict[tuple[int, str], str | None] = {}
        self._by_request: dict[str, tuple[int, str]] = {}

    def reserve(self, user_id: int, trigger_key: str) -> bool:
        """Take a button for a member; False when it is taken."""
        if (user_id, trigger_key) in self._by_trigger:
            return False
        self._by_trigger[user_id, trigger_key] = None
        return True

    def bind(self, user_id: int, trigger_key: str, request_id: str) -> None:
        """The reservation belongs to this request now."""
        self._by_trigger[user_id, trigger_key] = request_id
        self._by_request[request_id] = (user_id, trigger_key)

    def release(self, user_id: int, trigger_key: str) -> None:
        """Give back a reservation that came to nothing."""
        if self._by_trigger.get((user_id, trigger_key), "") is None:
            del self._by_trigger[user_id, trigger_key]

    def finish(self, request_id: str) -> None:
        """The request is no longer driven here."""
        trigger = self._by_request.pop(request_id, None)
        if trigger is not None:
            self._by_trigger.pop(trigger, None)

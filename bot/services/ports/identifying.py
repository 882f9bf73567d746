"""Taking turns with Discord's identifies."""

from __future__ import annotations

from typing import Protocol


class IdentifyGate(Protocol):
    """Lets shards identify one after another, over all processes of a bot.

    Discord takes one identify a bucket (``shard_id % max_concurrency``) in five seconds, and answers a second one
    with an invalid session (https://docs.discord.com/developers/events/gateway#sharding-max-concurrency).
    """

    async def take_turn(self, bucket: int) -> None:
        """Wait until a shard of this bucket may identify: it does so at once. Nobody else may for the next seconds.

        A caller that is cancelled gives its turn back.
        """
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...

"""The playground: a local stand-in for Discord, for people (a page) and for tests (``StandIn``).

``python -m playground`` serves the page and runs the bot against it; tests import ``StandIn`` and drive an
unmodified bot process over loopback REST, gateway and CDN. ``playground/README.md`` documents the test API.
"""

from playground._simcord import BackendError, SetupError
from playground.bot_process import BotProcess
from playground.faults import (
    Fault,
    drop_connection_after_success,
    drop_connection_before,
    late,
    late_answer,
    rate_limit,
    server_error_after_success,
    server_error_before,
    status,
)
from playground.interaction import Ack, ApiError, Interaction
from playground.places import Sku
from playground.records import Attachment, Button, Message, Request, Select
from playground.seed import BARE, STUDIO, SkuPlan, WorldPlan
from playground.world import Channel, Member, StandIn

__all__ = [
    "BARE",
    "STUDIO",
    "Ack",
    "ApiError",
    "Attachment",
    "BackendError",
    "BotProcess",
    "Button",
    "Channel",
    "Fault",
    "Interaction",
    "Member",
    "Message",
    "Request",
    "Select",
    "SetupError",
    "Sku",
    "SkuPlan",
    "StandIn",
    "WorldPlan",
    "drop_connection_after_success",
    "drop_connection_before",
    "late",
    "late_answer",
    "rate_limit",
    "server_error_after_success",
    "server_error_before",
    "status",
]

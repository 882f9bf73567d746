"""The image backends that the settings name, each loaded only when it is chosen."""

from __future__ import annotations

from bot.backends.registry import BACKENDS, make_backend
from bot.clock import SystemClock
from bot.container.adapters import Adapters
from bot.services.ports.images import ImageBackend
from bot.services.ports.metrics import NO_METRICS, Metrics
from bot.services.requests.backends import Backends
from bot.services.requests.health import HealthBook
from bot.settings import Settings, SettingsError


def open_backends(settings: Settings, adapters: Adapters, metrics: Metrics = NO_METRICS) -> Backends:
    """Make them, in the operator's order; nothing is connected yet.

    Raises:
        SettingsError: one is unknown or stands there twice, or a setting or package that it needs is missing.
    """
    names = settings.image_backends
    known = (*BACKENDS, *(name for name in adapters.backends if name not in BACKENDS))
    if not names or not set(names) <= set(known):
        raise SettingsError(f"IMAGE_BACKENDS: choose from {', '.join(known)}")
    if len(set(names)) < len(names):
        raise SettingsError("IMAGE_BACKENDS: name each only once")
    made = [_made(name, settings, adapters) for name in names]
    return Backends(made, HealthBook(SystemClock(), names, metrics))


def _made(name: str, settings: Settings, adapters: Adapters) -> ImageBackend:
    make = adapters.backends.get(name)
    return make_backend(name) if make is None else make(settings)

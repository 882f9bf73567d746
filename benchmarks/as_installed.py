"""Imported before the bot: what only a developer's environment has is not there, as in an installation.

structlog loads rich, pygments and greenlet where it finds them, three megabytes that no installation has: they are
in requirements-dev.lock, and not in requirements.lock.
"""

import sys

for _name in ("rich", "greenlet"):
    sys.modules[_name] = None  # type: ignore[assignment]

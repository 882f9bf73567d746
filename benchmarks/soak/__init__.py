"""Load and soak: the real bot on a loopback Discord that misbehaves, with members who use everything.

``python -m benchmarks.soak`` is the long one; ``tests/soak`` runs a minute of it. See docs/performance.md, "Soak".
"""

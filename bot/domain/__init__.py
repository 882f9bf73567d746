"""What Darkroom is about, free of Discord, SQL and the network.

Everything here is a frozen value, a pure rule or an error with fields. Nothing here imports
anything but the standard library, so every rule can be read and tested alone.
"""

"""Speed and memory, measured against references in the same run: ``python -m benchmarks``."""

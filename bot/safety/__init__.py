"""Judging text before anything is paid or kept."""

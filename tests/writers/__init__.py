"""Tests of the scene writers."""

"""Companions answer what members write: who is meant, in which order, in what words."""

"""Jobs of the command line that are longer than a few lines."""

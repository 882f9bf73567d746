"""Where pictures are kept, addressed by the hash of their content."""

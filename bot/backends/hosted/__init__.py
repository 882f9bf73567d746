"""What the backends of hosted services share; none is in here itself."""

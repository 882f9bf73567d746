"""What hands requests to drivers."""

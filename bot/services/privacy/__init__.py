"""Privacy: what is kept about a member is shown, handed over and deleted; what is old is forgotten."""

"""What Darkroom does for people: each public method is one unit of work, on ids and plain values."""

"""Role-play conversations, what a reader expects in the picture, and the scorer of the scene writer."""

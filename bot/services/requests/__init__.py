"""An image request's life, from press to delivery."""

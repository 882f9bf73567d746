"""Darkroom: conversations with companions, turned into pictures of them."""

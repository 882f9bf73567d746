"""Discord's surface: one package a feature. A cog parses, calls one service method, renders."""

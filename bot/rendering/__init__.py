"""The picture lab: untrusted bytes in, our own marked JPEGs out, never on the event loop."""

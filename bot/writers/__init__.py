"""Scene writers: from conversation to scene, and from scene to words."""

"""Models: local, scripted, and the families they belong to."""

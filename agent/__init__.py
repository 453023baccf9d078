"""The loop and all that stands around it."""

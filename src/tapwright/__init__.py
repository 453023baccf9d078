"""A visual agent for phones and desktops."""

"""Drivers for phones and desktops."""

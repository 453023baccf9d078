"""Lessons from web pages: recorded looks at a desktop, and what is right to do on them."""

"""A simulated Android phone behind the real adb server."""

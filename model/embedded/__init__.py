"""The small checkpoint that ships with Tapwright."""

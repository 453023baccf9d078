"""How prompts are written and replies are read: one file for each dialect."""

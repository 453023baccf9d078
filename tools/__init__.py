"""What a model can call: the registry and the phone actions."""

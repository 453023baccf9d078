"""Episodes, training and evaluation of the embedded checkpoint."""

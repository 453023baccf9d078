"""Scripts: steps that people write once and depend on, run without a model where they can."""

"""Focus offsets learnt from autofocus runs."""

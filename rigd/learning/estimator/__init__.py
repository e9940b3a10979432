"""Focus offsets from autofocus runs, with what is not known about them."""

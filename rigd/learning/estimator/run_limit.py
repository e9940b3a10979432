"""How many runs a fit takes: the store reads no more of them."""

MAX_RUNS = 200
"""The newest runs are fitted; the cost grows with the cube of their number."""

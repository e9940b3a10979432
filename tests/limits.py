"""How long a test waits for what must come. It is long, for a busy machine is slow."""

LIMIT_S = 120.0
TEST_LIMIT_S = 600.0
"""How long a whole test may take before it counts as hanging."""

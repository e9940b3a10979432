"""rigd's devices under a real indiserver."""

"""rigd's own REST API."""

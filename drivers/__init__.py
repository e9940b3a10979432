"""Drivers: one protocol each, found by entry point; foreign updates become rigd's events."""

"""rigd: makes an astrophotographer's imaging train right, by itself.

Eleven layers of packages, drawn in docs/architecture.md; drivers are found by entry point.
"""

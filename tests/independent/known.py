"""What is known to be wrong today, and so neither played nor judged; to be empty."""

from tests.independent.rules import Rule

OFF: dict[str, str] = {}
"""Acts, macros and flaws of devices, each with the reason."""
FORGIVEN: dict[Rule, str] = {}
"""Rules, each with the reason."""

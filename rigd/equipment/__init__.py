"""A person's equipment profile: its tables, fingerprint and answers."""

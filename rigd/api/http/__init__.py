"""HTTP below both APIs: limits, access, replies."""

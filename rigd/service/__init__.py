"""The running rigs: events through the core, requests from outside."""

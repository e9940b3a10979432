"""The doors: Alpaca REST, rigd's own REST, discovery. They read a view and ask the observatory."""

"""`python -m rigd` is the `rigd` command."""

from rigd.cli.app import main

if __name__ == "__main__":
    main()

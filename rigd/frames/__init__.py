"""Light frames measured from their pixels: no capture program writes a half-flux radius into them.

May import focus, train, autofocus_logs and what stands below them. Needs astropy and sep.
"""

"""The first configuration: what is there is found, the rest is asked, one file is written.

May import daemon and what stands below it. It moves no device.
"""

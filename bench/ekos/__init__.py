"""A real KStars/Ekos beside a real indiserver and a real rigd, judged by an independent listener.

`./dev ekos` runs every scenario (`bench/ekos/scenarios.py`), `./dev ekos NAME` one of them.
"""

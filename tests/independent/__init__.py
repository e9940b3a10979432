"""A judge of the focus rules that shares no code with rigd, nor with the random world of its tests.

It drives `advance` as a black box: events in, effects out. Devices, disk, clients and the
arithmetic of what is right are its own. Each invariant carries the sentence of its rule.
"""

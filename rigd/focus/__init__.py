"""The focus of one rig: a pure state machine over what happens."""

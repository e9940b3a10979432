"""Train: the answer, the drawing, and the parts from the telescope to the camera."""

from rigd.api.web.room import Room

ROOM = Room(slug="train", title="Train", template="train.html")

"""uvicorn's HTTP protocol with a limit on the size of a request's head.

llhttp has none: a client that never ends a header would fill the memory.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_LIMIT_BYTES = 65536


class BoundedHttpProtocol(HttpToolsProtocol):
    """Turns away a request whose request line and headers do not end."""

    _head_bytes = 0
    _in_body = False

    def data_received(self, data: bytes) -> None:
        """Count what has come since the last whole request."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_body:
            self._head_bytes = 0
        elif self._head_bytes > HEAD_LIMIT_BYTES and not self.transport.is_closing():
            self.send_400_response("The request's head is too large.")

    def on_headers_complete(self) -> None:
        """The head has ended in time."""
        self._in_body, self._head_bytes = True, 0
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head may begin."""
        self._in_body, self._head_bytes = False, 0
        super().on_message_complete()

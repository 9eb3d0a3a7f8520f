"""A server on loopback that answers in whatever way a test wants, byte by byte."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class OddServer:
    """`connections` is how many were made to it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/webhooks"
        self.port = port
        self.connections = 0


def read_request(connection: socket.socket) -> bool:
    """Read one request with its body; whether one came."""
    came = b""
    while b"\r\n\r\n" not in came:
        if not (more := connection.recv(65536)):
            return False
        came += more
    head, _, body = came.partition(b"\r\n\r\n")
    [length] = [int(line.split(b":")[1]) for line in head.lower().splitlines() if line.startswith(b"content-length:")]
    while len(body) < length:
        body += connection.recv(65536)
    return True


@contextmanager
def answering(answer: Callable[[socket.socket, threading.Event], None]) -> Iterator[OddServer]:
    """A server that has `answer` write to each connection, after every request that came on it; the event says that the
    test is over.
    """
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = OddServer(listener.getsockname()[1])

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while read_request(connection):
                answer(connection, over)

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def drip(connection: socket.socket, over: threading.Event, head: bytes = b"") -> None:
    """Send a little now and then, and never come to an end."""
    connection.sendall(head)
    while not over.wait(0.02):
        connection.sendall(b"x")

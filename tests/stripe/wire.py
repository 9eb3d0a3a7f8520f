"""The HTTP side: keep-alive, one write an answer, connections that are cut."""

import os
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.stripe.record import Answer, Unanswered

Serve = Callable[["Handler", str], Answer]


class Server(ThreadingHTTPServer):
    """Threads that nobody waits for; `cut` ends every connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, serve: Serve) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.serve = serve
        self.stopping = False
        self.connections: set[Any] = set()

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer's asks the name service who it is

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        self.connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news here."""

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def cut(self) -> None:
        self.stopping = True
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        try:
            answer = self.server.serve(self, text)
        except Unanswered as how:
            self.close_connection = True
            if how.reset:
                self.reset()
            return
        lines = [f"HTTP/1.1 {answer.status} {self.responses.get(answer.status, ('Unknown',))[0]}"]
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        lines += ["Content-Type: application/json", f"Content-Length: {len(answer.body)}", "", ""]
        self.wfile.write("\r\n".join(lines).encode() + answer.body)

    do_GET = do_POST = do_DELETE = answer

    def reset(self) -> None:
        """End the connection with RST, not FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.connections.discard(self.connection)
        os.close(self.connection.detach())

    def wait_for_hangup(self, most: float = 30) -> None:
        """Until the caller has given up."""
        end = time.monotonic() + most
        self.connection.settimeout(0.02)
        while time.monotonic() < end and not self.server.stopping:
            try:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    return
                time.sleep(0.02)
            except TimeoutError:
                continue
            except OSError:
                return

    def log_message(self, format: str, *args: Any) -> None:
        pass

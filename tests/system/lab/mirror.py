# SPDX-License-Identifier: GPL-2.0-or-later
"""The package mirror, honest unless told otherwise.

It runs in this process, on a socket that was opened in the world's namespace. A test reads
`requests`, and may set `answer`: a function that is shown each path and returns None (serve the
file), a status code (fail), bytes (lie), or an iterable of bytes (drip as slowly as it yields).
"""
import functools
import http.server
import socket
import threading


class Mirror:
    """Serves a document root on a port of the network the constructor is called in."""

    def __init__(self, root, port=80):
        self.root = root
        self.requests = []
        self.answer = None
        handler = functools.partial(_Handler, self, directory=str(root))
        self._server = _Server(("::", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,),
                                        daemon=True)
        self._thread.start()

    def close(self):
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        pass  # a client that was cut off in the middle is what some tests are about


class _Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, mirror, *args, **kwargs):
        self.mirror = mirror
        super().__init__(*args, **kwargs)

    def do_GET(self):  # pylint: disable=invalid-name
        self.mirror.requests.append(self.path)
        answer = self.mirror.answer(self.path) if self.mirror.answer else None
        if answer is None:
            super().do_GET()
        elif isinstance(answer, int):
            self.send_error(answer)
        else:
            self._send(answer)

    def _send(self, answer):
        self.send_response(200)
        if isinstance(answer, bytes):
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
            return
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in answer:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):  # pylint: disable=arguments-differ
        pass

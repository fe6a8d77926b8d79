"""A way to a server on which answers get lost after the server has done what was asked."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_HOP = {"connection", "transfer-encoding", "keep-alive"}


class LossyProxy:
    """Loses the first ``losses`` answers to POST requests."""

    def __init__(self, upstream: str, losses: int = 1) -> None:
        target, proxy = urlsplit(upstream), self
        self.left = losses
        self.posts = 0

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                proxy.posts += 1
                self._pass_on()

            def do_GET(self):
                self._pass_on()

            def _pass_on(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=30)
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                connection.request(self.command, self.path, body, {**headers, "Host": target.netloc})
                answer = connection.getresponse()
                content = answer.read()
                if self.command == "POST" and proxy.left > 0:
                    proxy.left -= 1
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in (*_HOP, "content-length"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

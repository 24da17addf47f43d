#!/usr/bin/env python3
"""A small proxy for HTTP that spoils what it passes on, in one way for each port.

    meddler.py UPSTREAM_PORT PORT=WAY...

Ways: rewrite (the JSON of the body is read and written again), newline (one more at the end of the body), cut (the body
loses its second half), swallow (the body is gone), slow:SECONDS (it waits first), answer:STATUS (the answer on the way
back is another), date:SECONDS (the answer's Date is that far off).
"""
import email.utils
import http.client
import http.server
import json
import sys
import threading
import time

UPSTREAM = int(sys.argv[1])


def handler(way, value):
    class Meddler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def date_time_string(self, timestamp=None):
            shift = int(value) if way == "date" else 0
            return email.utils.formatdate((timestamp or time.time()) + shift, usegmt=True)

        def spoil(self, body):
            if way == "rewrite":
                return json.dumps(json.loads(body)).encode()
            if way == "newline":
                return body + b"\n"
            if way == "cut":
                return body[: len(body) // 2]
            return b"" if way == "swallow" else body

        def do_GET(self):
            self.do_POST()

        def do_POST(self):
            body = self.spoil(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            if way == "slow":
                time.sleep(float(value))
            connection = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=20)
            headers = {name: text for name, text in self.headers.items() if name.lower() != "content-length"}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
            self.send_response(int(value) if way == "answer" else answer.status)
            for name, field in answer.getheaders():
                if name.lower() not in ("date", "server", "connection", "content-length"):
                    self.send_header(name, field)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    return Meddler


for argument in sys.argv[2:]:
    port, _, how = argument.partition("=")
    way, _, value = how.partition(":")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), handler(way, value))
    threading.Thread(target=server.serve_forever, daemon=True).start()
threading.Event().wait()

#!/usr/bin/env python3
"""Sends framing vectors through proxies and counts what the receivers behind them see.

    framing.py VECTORS_FOLDER NAME:PORT:RECEIVER_PORT:ADMIN_PORT:FORWARDED_FILE...

The proxy NAME writes a line, or an address, into FORWARDED_FILE for each request that it sends to its receiver. One
that is called `control` is played here: it passes on two requests as one, which must be noticed.
"""
import hashlib
import hmac
import json
import pathlib
import re
import socket
import sys
import threading
import time
import urllib.request

SECRET = b"test_secret_0123456789ab"
NEXT = b"GET /next HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
SETTLE_SECONDS = 5
SHORTHANDS = {
    "{head}": r"POST /v HTTP/1.1\r\nHost: h\r\n",
    "{chunked}": r"POST /v HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
}


def read_vectors(folder):
    """Name, verdict and bytes of each vector; FramingVector.swift explains the notation."""
    vectors = []
    for file in sorted(pathlib.Path(folder).glob("*.txt")):
        for line in file.read_text().splitlines():
            if line.startswith("#"):
                continue
            verdict, name, text = line.split(" | ", 2)
            for shorthand, meaning in SHORTHANDS.items():
                text = text.replace(shorthand, meaning)
            vectors.append((f"{file.stem}: {name}", verdict.split()[0], unescaped(text)))
    return vectors


def unescaped(text):
    plain = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
    pieces = re.split(r"\\(x[0-9a-f]{2}|.)", text)
    for index in range(1, len(pieces), 2):
        piece = pieces[index]
        pieces[index] = bytes.fromhex(piece[1:]) if piece[0] == "x" else plain[piece]
    return b"".join(piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)


def exchange(port, data, seconds=10):
    """Everything that comes back until the end of the connection."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            pass
    return answer


class Proxy:
    def __init__(self, description):
        self.name, port, receiver, admin, self.forwarded_file = description.split(":")
        self.port, self.receiver, self.admin = int(port), int(receiver), int(admin)
        self.faults = []
        self.sent = self.both = 0

    def seen(self):
        """How many requests the receiver has answered or refused."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as page:
            lines = page.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith("linqhook_http_requests_total{"))

    def forwarded(self):
        """How many requests the proxy says it has sent: nginx names an address for each time, HAProxy its server."""
        lines = pathlib.Path(self.forwarded_file).read_text().splitlines()
        return sum(1 + line.count(", ") for line in lines if line != "<NOSRV>")

    def clean(self, number):
        """A signed event of another sender; what is wrong with its answer, or None."""
        name = f"{self.name}-{number}"
        body = json.dumps({"api_version": "v2", "event_id": name, "event_type": "message.received", "data": {}}).encode()
        signature = hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        head = (
            f"POST /webhooks/linq HTTP/1.1\r\nHost: h\r\nX-Request-Id: {name}\r\nConnection: close\r\n"
            f"X-Webhook-Signature: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        answer = exchange(self.port, head.encode() + body)
        is_own = f"x-request-id: {name}\r\n".encode() in answer.lower()
        return None if answer.startswith(b"HTTP/1.1 200 ") and is_own else f"the next sender got {answer[:300]!r}"

    def settled(self, seen_before, forwarded_before):
        """Requests seen and sent since then. A proxy writes its line a moment after the answer."""
        until = time.monotonic() + SETTLE_SECONDS
        while True:
            seen, forwarded = self.seen() - seen_before, self.forwarded() - forwarded_before
            if seen <= forwarded or time.monotonic() > until:
                return seen, forwarded
            time.sleep(0.02)

    def run(self, vectors):
        # Totals, not what one vector adds: a page of figures may be a moment old.
        seen_before, forwarded_before = self.seen(), self.forwarded()
        for number, (name, _, data) in enumerate(vectors):
            exchange(self.port, data + NEXT)
            fault = self.clean(number)
            seen, forwarded = self.settled(seen_before, forwarded_before)
            if fault is None and seen > forwarded:
                fault = f"{forwarded} requests were sent, and {seen:.0f} were seen"
            if fault:
                self.faults.append(f"“{name}”: {fault}")
            self.sent += 1
            self.both = seen


def play_control(proxy):
    """Passes each connection's bytes on, and writes down one request for it."""
    listener = socket.create_server(("127.0.0.1", proxy.port))

    def serve():
        while True:
            client, _ = listener.accept()
            with client, open(proxy.forwarded_file, "a") as forwarded:
                forwarded.write("sent\n")
                forwarded.flush()
                client.sendall(exchange(proxy.receiver, client.recv(65536)))

    threading.Thread(target=serve, daemon=True).start()


def wait_for(proxy):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", proxy.port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{proxy.name} does not listen.")


vectors = read_vectors(sys.argv[1])
proxies = [Proxy(description) for description in sys.argv[2:]]
control = next(proxy for proxy in proxies if proxy.name == "control")
play_control(control)
sound = next(data for name, _, data in vectors if name == "lengths: a length")
control.run([("two requests passed on as one", "once", sound)])
if not control.faults:
    sys.exit("FAILED: two requests that were passed on as one were not noticed, so this suite proves nothing.")
proxies.remove(control)
for proxy in proxies:
    wait_for(proxy)
threads = [threading.Thread(target=proxy.run, args=(vectors,)) for proxy in proxies]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for proxy in proxies:
    for fault in proxy.faults:
        print(f"FAILED: {proxy.name}, {fault}", file=sys.stderr)
    print(f"{proxy.name}: {proxy.sent} vectors, {proxy.both:.0f} requests seen, {len(proxy.faults)} faults")
if any(proxy.faults or proxy.sent != len(vectors) for proxy in proxies):
    sys.exit(1)
print(f"{len(vectors) * len(proxies)} passed, 0 failed")

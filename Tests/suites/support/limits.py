#!/usr/bin/env python3
"""Tries the limits of a proxy: what it answers decides whether Linq sends an event again.

    limits.py slow BASE head|body             a client that stops in the middle; prints a status, or `closed`
    limits.py burst BASE SECRET NAME COUNT CONNECTIONS
                                              posts so many signed events at once; prints statuses and their number
"""
import collections
import hashlib
import hmac
import json
import socket
import ssl
import sys
import threading
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30
# The certificate is one of the suite's own.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname, TLS.verify_mode = False, ssl.CERT_NONE


def connect(base):
    target = urlsplit(base)
    connection = socket.create_connection((target.hostname, target.port), timeout=PATIENCE_SECONDS)
    if target.scheme == "https":
        connection = TLS.wrap_socket(connection, server_hostname="hooks.example.com")
    return connection


def answer(connection):
    """The status, or `closed`; reads to the end of the body."""
    data = b""
    try:
        while b"\r\n\r\n" not in data:
            piece = connection.recv(65536)
            if not piece:
                return "closed"
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").lower().split("\r\n")
        length = next((int(line[15:]) for line in lines if line.startswith("content-length:")), 0)
        while len(body) < length:
            piece = connection.recv(65536)
            if not piece:
                break
            body += piece
        connection.keeps = lines[0].startswith("http/1.1") and "connection: close" not in lines
        return lines[0].split()[1]
    except socket.timeout:
        return "nothing"
    except OSError:
        return "closed"


class Connection:
    def __init__(self, base):
        self.socket, self.keeps = connect(base), False

    def recv(self, count):
        return self.socket.recv(count)


def slow(base, where):
    connection = Connection(base)
    head = b"POST /webhooks/linq HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: 100\r\n"
    connection.socket.sendall(head + (b"X-Half: " if where == "head" else b"\r\n{\"event_id\":"))
    print(answer(connection))


def burst(base, secret, name, count, connections):
    statuses, lock = collections.Counter(), threading.Lock()
    numbers = iter(range(count))

    def run():
        connection = None
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            event = {"api_version": "v2", "event_id": f"{name}-{number}", "event_type": "message.received", "data": {}}
            body = json.dumps(event).encode()
            signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            head = (
                f"POST /webhooks/linq HTTP/1.1\r\nHost: hooks.example.com\r\nContent-Length: {len(body)}\r\n"
                f"X-Webhook-Signature: sha256={signature}\r\n\r\n"
            )
            try:
                connection = connection or Connection(base)
                connection.socket.sendall(head.encode() + body)
                status = answer(connection)
            except OSError:
                status = "closed"
            with lock:
                statuses[status] += 1
            if status == "closed" or not connection or not connection.keeps:
                connection = None

    threads = [threading.Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(" ".join(f"{status}={number}" for status, number in sorted(statuses.items())))


if sys.argv[1] == "slow":
    slow(*sys.argv[2:4])
else:
    burst(*sys.argv[2:5], int(sys.argv[5]), int(sys.argv[6]))

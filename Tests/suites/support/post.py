#!/usr/bin/env python3
"""Posts signed V2 events at a fixed rate and never again: whatever goes wrong counts.

    post.py URL SECRET_FILE RATE ACKNOWLEDGED_FILE     until SIGTERM, then prints one line of JSON

RATE is events a second over all connections. Half of the connections are kept alive, half are made anew for each
event. Acknowledged ids go to ACKNOWLEDGED_FILE, a line each, with a flush behind each.
"""
import hashlib
import hmac
import json
import signal
import socket
import sys
import threading
import time
from urllib.parse import urlsplit

CONNECTIONS = 16
url, secret_file, rate, acknowledged_file = sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]
target = urlsplit(url)
secret = open(secret_file, "rb").read().strip()
stopping = threading.Event()
lock = threading.Lock()
acknowledged = open(acknowledged_file, "a", buffering=1)
counts = {"acknowledged": 0, "refused": 0, "cut": 0, "other_status": 0}
problems = []


def count(kind, problem=None):
    with lock:
        counts[kind] += 1
        if problem and len(problems) < 20:
            problems.append(problem)


def request(event_id, chat):
    body = json.dumps(
        {"api_version": "v2", "event_id": event_id, "event_type": "message.received", "data": {"chat_id": str(chat)}},
        separators=(",", ":"),
    ).encode()
    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
    head = (
        f"POST {target.path} HTTP/1.1\r\nHost: {target.hostname}\r\nContent-Type: application/json\r\n"
        f"X-Webhook-Signature: sha256={signature}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def answer(connection):
    """The status and whether the connection stays open; None when it was cut."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").lower().split("\r\n")
    length = next(int(line[15:]) for line in lines if line.startswith("content-length:"))
    while len(rest) < length:
        piece = connection.recv(65536)
        if not piece:
            return None
        rest += piece
    return int(lines[0].split()[1]), "connection: close" not in lines


def post(number):
    keeps_alive = number % 2 == 0
    connection = None
    sent = 0
    interval = CONNECTIONS / rate
    due = time.monotonic() + interval * number / CONNECTIONS
    while not stopping.is_set():
        pause = due - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        due += interval
        sent += 1
        event_id = f"{acknowledged_file.rsplit('/', 1)[-1]}-{number}-{sent}"
        try:
            if connection is None:
                connection = socket.create_connection((target.hostname, target.port), timeout=15)
        except OSError as error:
            count("refused", f"connect: {error}")
            continue
        try:
            connection.sendall(request(event_id, number))
            result = answer(connection)
        except OSError as error:
            result = None
            count("cut", f"exchange: {error}")
        else:
            if result is None:
                count("cut", "closed before the answer")
            elif result[0] != 200:
                count("other_status", str(result[0]))
            else:
                acknowledged.write(event_id + "\n")
                count("acknowledged")
        if result is None or not result[1] or not keeps_alive:
            connection.close()
            connection = None


signal.signal(signal.SIGTERM, lambda *_: stopping.set())
threads = [threading.Thread(target=post, args=(number,)) for number in range(CONNECTIONS)]
for thread in threads:
    thread.start()
stopping.wait()
for thread in threads:
    thread.join()
print(json.dumps({**counts, "problems": problems}))

#!/usr/bin/env python3
"""A worker for linqhook: stays up, takes one event a line, answers one line an event.

Configuration:
    - name: bot
      type: worker
      command: [python3, /path/to/worker.py]
"""
import json
import sys


def handle(event, attempt):
    """Does the work. Raise ValueError for an event that will never go through."""
    if event.get("event_type") == "message.received":
        print("message in chat", event["data"].get("chat_id"), file=sys.stderr)


def main():
    for line in sys.stdin.buffer:
        delivery = json.loads(line)
        answer = {"id": delivery["id"], "result": "ok"}
        try:
            handle(delivery["event"], delivery["attempt"])
        except ValueError as error:
            answer.update(result="dead", error=str(error))
        except Exception as error:  # anything else may work the next time
            answer.update(result="retry", error=str(error))
        # Only answers go to standard output; say everything else on standard error.
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

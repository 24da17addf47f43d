#!/usr/bin/env python3
"""A worker that answers: it reacts, quotes, and sends a picture back.

Configuration:
    - name: bot
      type: worker
      command: [python3, /path/to/answering-worker.py]
      events: [message.received]
      input: message
      reply: actions
      attachments: {folder: /var/lib/linqhook/media}
"""
import json
import sys


def actions(message):
    """What is to be done in the chat, in this order."""
    text = (message["text"] or "").strip()
    pictures = [part["path"] for part in message["parts"] or [] if part["type"] == "media" and part.get("path")]
    if pictures:
        # Files of this machine are uploaded; https URLs are passed on.
        return [{"react": "love"}, {"reply": {"text": "Here it is again.", "attach": pictures[:1]}}]
    if text.endswith("?"):
        return [{"read": True}, {"reply": {"text": "I shall find out.", "to": "message"}}]
    return [{"react": "like"}] if text else []


def main():
    for line in sys.stdin.buffer:
        delivery = json.loads(line)
        answer = {"id": delivery["id"], "result": "ok"}
        try:
            answer["actions"] = actions(delivery["message"])
        except Exception as error:  # anything may work the next time
            answer.update(result="retry", error=str(error))
        # Only answers go to standard output; say everything else on standard error.
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

#!/bin/sh
# A bot with a menu, for a shell handler: the text of a message comes in, the answer goes out.
#
# Configuration:
#   - name: menu
#     type: shell
#     command: [/path/to/menu.sh]
#     events: [message.received]
#     input: text
#     reply: text
#
# What it prints is sent into the chat, once, after it has exited with 0. It prints nothing where there is nothing to
# say. linqhook itself keeps our own messages, recovered history and people who have opted out away from it.
set -eu

# The text of one message, on one line and in small letters.
text=$(tr '\n[:upper:]' ' [:lower:]' | cut -c1-200)

case $text in
  *hours*) echo "We are open from 9 to 17, Monday to Friday." ;;
  *address*) echo "Main Street 1, Springfield." ;;
  *help* | *menu* | *"?"*)
    echo "Write HOURS or ADDRESS."
    echo "Write STOP, and we are quiet."
    ;;
esac

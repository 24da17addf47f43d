#!/bin/sh
# A worker for linqhook in plain shell: takes one event a line, answers one line an event.
#
#   - name: bot
#     type: worker
#     command: [/path/to/worker.sh]
#
# The id is the first field of the line, so cutting it out needs no JSON tool. Use jq for the rest.
while IFS= read -r line; do
  id=${line#\{\"id\":\"}
  id=${id%%\",\"attempt\":*}
  # Do the work here, for example: printf '%s\n' "$line" | jq -r .event.event_type >&2
  printf '{"id":"%s","result":"ok"}\n' "$id"
done

// Inbox: The port and its SQLite store: dedup, durable acceptance, pending, dead, retention, quarantine.

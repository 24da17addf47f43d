// Handlers: Log, file, shell.

// Daemon: The one place that puts the rooms together.

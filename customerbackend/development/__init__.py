"""What a developer's machine runs and production never has: the embedded database and `make run`."""

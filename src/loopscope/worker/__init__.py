"""A live session's own process: obeys commands, drives the loop, sends messages. Never sees HTTP or a browser."""

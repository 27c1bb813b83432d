"""The terminal's half: a local store, an outbox, a pull, and the loop that keeps both in step.

A device goes on working without the server. What it does is written to its own store first,
with the command that tells the server, in one transaction; the loop sends and fetches later.
"""

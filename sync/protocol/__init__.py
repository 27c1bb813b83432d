"""The messages between a terminal and the central server, version 1.

Up: `Command`s in bulk, each with its UUID; the answer to a UUID is kept for ever and is its
answer whenever it comes again. Down: `Page`s of changes, a bucket at a time, by cursor.
"""

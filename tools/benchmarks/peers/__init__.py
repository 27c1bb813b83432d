"""Programs that run a peer in a process of its own, with nothing of Comptoir in it.

Each reads one JSON object a line and answers with one; none is ever imported. Tryton and Vendure
are under the GPL: they are installed by whoever asks for the comparison, into a folder of theirs.
"""

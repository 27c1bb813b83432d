"""What a shop is made of: money, articles, locations, stock, orders, promises and returns.

Only the standard library is imported here. The dataclasses are also the messages on the wire:
`sync.protocol` reads and writes them as JSON and refuses fields that it does not know
(that is what `__pydantic_config__` asks for), so there is one type for one thing.
"""

"""The `comptoir` command: start the parts of the house, look after them, measure them."""

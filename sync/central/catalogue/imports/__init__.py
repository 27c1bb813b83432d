"""Files that bring articles, locations, stock and orders in, read strictly and reported fully."""

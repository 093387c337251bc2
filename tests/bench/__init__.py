"""What the desk can do in a second, and what it costs: `make bench`."""

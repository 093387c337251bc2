"""Talk: what customers and operators say, where it goes, and what is told of it."""

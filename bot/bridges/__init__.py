"""The customer channels: one name here is one channel."""

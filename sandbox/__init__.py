"""Telegram without Telegram: a stateful Bot API server, and a page that shows both sides."""

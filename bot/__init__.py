"""Topicdesk: a helpdesk that lives inside Telegram."""

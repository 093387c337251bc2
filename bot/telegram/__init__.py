"""How Telegram carries things: shared by the operators' forum and the customers' bridge."""

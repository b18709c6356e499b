"""When a page's scripts run: what they do to each other, and which may get out of the parser's way."""

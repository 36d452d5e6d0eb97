"""What hostile people and broken parts send, and whether anything gives way."""

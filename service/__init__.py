"""What the knowledge base knows and how it answers. Everything here works without a web page."""

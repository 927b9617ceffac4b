"""Text to numbers: dense vectors for meaning, sparse vectors for words."""

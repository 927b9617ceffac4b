"""How documents come in: from bytes to searchable."""

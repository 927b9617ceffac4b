"""The catalogue: projects, documents, pages and passages in SQL."""

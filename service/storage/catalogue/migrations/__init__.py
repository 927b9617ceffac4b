"""Migrations of the catalogue. Forward only; each is tried on a copy of what the release before it wrote."""

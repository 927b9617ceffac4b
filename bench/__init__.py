"""Benchmarks that print figures beside the raw limit or a peer."""

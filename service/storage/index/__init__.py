"""The vector index behind one small interface: embedded, or on a Qdrant server."""

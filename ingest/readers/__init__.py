"""One reader per format: bytes in, pages out. Runs in a limited child process."""

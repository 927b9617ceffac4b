"""Code lists as CSV: code;sv;en;source;checked_on."""

"""Code lists that people can edit: code;sv;en;source;checked_on, and the columns of lists of operations: field;names."""

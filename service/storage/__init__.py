"""What is kept: originals and catalogue are the truth, the index is derived from them."""

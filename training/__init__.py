"""How the bundled model is made. Runnable, and never imported by the product."""

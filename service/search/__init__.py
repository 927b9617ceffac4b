"""How a question is understood, retrieved, fused and explained."""

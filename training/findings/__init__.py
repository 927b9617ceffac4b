"""How the classifier of findings was made: labelled passages, guidelines, training."""

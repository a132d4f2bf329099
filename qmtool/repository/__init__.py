"""Reading of the disk and of Git into the model."""

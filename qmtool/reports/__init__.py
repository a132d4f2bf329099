"""Rendering of the model and of diagnostics to bytes."""

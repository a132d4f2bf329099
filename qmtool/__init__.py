"""Quality management systems of medical-imaging centres, as Markdown in Git."""

__version__ = "0.1.0"

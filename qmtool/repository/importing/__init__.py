"""Readers of foreign files: each turns one format into the data of a referential."""

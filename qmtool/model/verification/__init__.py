"""What must hold of the whole history, as pure functions over facts read from Git."""

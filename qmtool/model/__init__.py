"""The quality system as immutable values, and the pure functions over them."""

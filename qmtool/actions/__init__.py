"""What changes the user's repository."""

"""What administrators type about tickets, read into policy bodies and back."""

"""The web door of tickets."""

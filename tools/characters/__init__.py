"""Sources of the shipped characters that are drawn in this repository."""

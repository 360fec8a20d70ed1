"""Recipes that make the shipped assets; run from the top of a checkout, never by the application."""

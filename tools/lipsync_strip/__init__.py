"""Draws what the lips do while a sentence is spoken."""

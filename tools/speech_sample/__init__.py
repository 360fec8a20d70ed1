"""The spoken sample that ships with the program."""

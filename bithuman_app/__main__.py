"""Run the program as ``python -m bithuman_app``."""

from .cli import main

if __name__ == "__main__":
    main()

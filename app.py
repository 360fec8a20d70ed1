"""Run the program from a checkout: ``python app.py render maya speech.wav``."""

from bithuman_app.cli import main

if __name__ == "__main__":
    main()

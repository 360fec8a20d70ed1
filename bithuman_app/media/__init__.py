"""Files of sound and pictures in, pictures and videos out."""

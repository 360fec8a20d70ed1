"""An avatar that runs a screen by itself, for days, with nobody to look after it."""

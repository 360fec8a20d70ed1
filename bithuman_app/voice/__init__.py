"""The voice room: text to sound, and sound to the knowledge that somebody speaks. It knows no faces.

* `speech.Speaker` speaks English text at once, offline, and says when each word and phoneme is heard;
* `activity.SpeechActivity` tells when somebody begins and stops speaking.

Both import what they need when they are used; importing this package costs nothing.
"""

"""A talking avatar rendered from audio, in real time, on an ordinary CPU.

A tour, lowest room first; data flows one way and a room imports only rooms below it:

``media``        files of sound and pictures in, video files out
``avatar``       what an avatar is: in memory, as an ``.imx`` file, and how a picture is baked into one
``lipsync``      audio to articulation curves
``performance``  articulation curves to face poses; blinking, breathing, looking about
``render``       face pose to BGR pixels
``session``      audio in, frames out, on one clock
``voice``        text to speech, and whether somebody speaks
``stage``        one live avatar and what people ask of it, for any number of views
``studio``       pictures become avatars and recordings become videos, beside the live stage
``web``          the page in a browser
``desktop``      the native window and the kiosk
``sdk``          bitHuman's Python interface on top of ours
``cli``          the ``bithuman-app`` command

>>> import bithuman_app as app
>>> avatar = app.open_avatar("maya")
>>> for frame in app.render(avatar, "speech.wav"):
...     frame.image  # uint8, height x width x 3, BGR
"""

__version__ = "0.1.0"

"""The avatar in a window of this computer, with its loudspeaker and its microphone.

`window.run_window` shows a stage until the window is closed. `preflight` finds out beforehand whether there
is a screen, `player` pulls the stage at the pace of `sound_output`, and `actions` is what the `keys` do.

Nothing is imported here: the window is to be seen before the rest is loaded.
"""

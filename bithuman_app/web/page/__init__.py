"""The page that people open: the live stage, and beside it a tab for each thing to do.

``context`` is what every tab is given. A tab is a module with ``build(context)``, which is called where
its components belong; ``document`` puts the tabs together. Modules here import Gradio, which takes a
second or two: ``loading`` does it in a thread, while the stage can be used already.
"""

"""The recipe of the lip-sync network: from package registries to ``assets/models/articulation_v2.onnx``.

``python -m tools.lipsync`` runs the stages of ``__main__`` in order; ``docs/lipsync.md`` tells what they
do and why. Everything here needs ``requirements.txt`` of this folder and Debian's packages named in
``recordings``; nothing of it is needed to run the program.
"""

"""Mandarin text in the phonetic alphabet of Kokoro; espeak-ng reads tones as English numbers.

Initials and finals as in Lee & Zee (2003), "Standard Chinese (Beijing)", Journal of the International
Phonetic Association 33 (1), with the ligatures and tone arrows that Kokoro learnt.
"""

from typing import Final

from pypinyin import Style, pinyin

_INITIALS: Final = {
    "": "", "b": "p", "p": "pʰ", "m": "m", "f": "f", "d": "t", "t": "tʰ", "n": "n", "l": "l", "g": "k",
    "k": "kʰ", "h": "x", "j": "ʨ", "q": "ʨʰ", "x": "ɕ", "zh": "ꭧ", "ch": "ꭧʰ", "sh": "ʂ", "r": "ɻ",
    "z": "ʦ", "c": "ʦʰ", "s": "s",
}  # fmt: skip
#: The tone's mark goes where the 0 is.
_FINALS: Final = {
    "a": "a0", "ai": "ai0", "an": "a0n", "ang": "a0ŋ", "ao": "au0", "e": "ɤ0", "ei": "ei0", "en": "ə0n",
    "eng": "ə0ŋ", "er": "ɚ0", "i": "i0", "ia": "ja0", "ian": "jɛ0n", "iang": "ja0ŋ", "iao": "jau0",
    "ie": "je0", "in": "i0n", "ing": "i0ŋ", "io": "jo0", "iong": "jʊ0ŋ", "iou": "jou0", "o": "wo0",
    "ong": "ʊ0ŋ", "ou": "ou0", "u": "u0", "ua": "wa0", "uai": "wai0", "uan": "wa0n", "uang": "wa0ŋ",
    "uei": "wei0", "uen": "wə0n", "ueng": "wə0ŋ", "uo": "wo0", "v": "y0", "van": "ɥɛ0n", "ve": "ɥe0",
    "vn": "y0n",
}  # fmt: skip
_TONES: Final = {"": "", "1": "→", "2": "↗", "3": "↓", "4": "↘"}
#: After these, a written i is the same consonant held.
_SYLLABIC: Final = ("z", "c", "s", "zh", "ch", "sh", "r")


def _syllable(initial: str, final_with_tone: str) -> str:
    final = final_with_tone.rstrip("1234")
    if final not in _FINALS or initial not in _INITIALS:
        return ""
    sound = "ɨ0" if final == "i" and initial in _SYLLABIC else _FINALS[final]
    return _INITIALS[initial] + sound.replace("0", _TONES[final_with_tone[len(final) :]])


def ipa(words: str) -> str:
    """Return words with spaces between them, each in Kokoro's alphabet; other marks stay as they are.

    A syllable that is not Mandarin is left out.
    """
    found = []
    for word in words.split():
        spoken = word.rstrip(",.;?!")
        initials = pinyin(spoken, style=Style.INITIALS, strict=True)
        finals = pinyin(spoken, style=Style.FINALS_TONE3, strict=True)
        syllables = (_syllable(i[0], f[0]) for i, f in zip(initials, finals, strict=True))
        found.append("".join(syllables) + word[len(spoken) :])
    return " ".join(found)

"""Which of the 468 mesh points are what: lip rings, lids, face outline.

Rings run from the subject's right mouth corner (image left) to the left one.
"""

from typing import Final

from ..landmarks import Side

MOUTH_CORNERS: Final = (61, 291)
UPPER_LIP_INNER: Final = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LOWER_LIP_INNER: Final = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
UPPER_LIP_OUTER: Final = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291)
LOWER_LIP_OUTER: Final = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291)

#: Four rings of each lip, from the skin to the opening; eleven points each.
UPPER_LIP_RINGS: Final = (
    UPPER_LIP_OUTER,
    (76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306),
    (62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292),
    UPPER_LIP_INNER,
)
LOWER_LIP_RINGS: Final = (
    LOWER_LIP_OUTER,
    (76, 77, 90, 180, 85, 16, 315, 404, 320, 307, 306),
    (62, 96, 89, 179, 86, 15, 316, 403, 319, 325, 292),
    LOWER_LIP_INNER,
)
#: Mouth-corner points of the four rings: image-left, image-right.
CORNERS_RIGHT: Final = (61, 76, 62, 78)
CORNERS_LEFT: Final = (291, 306, 292, 308)
CORNERS: Final = CORNERS_RIGHT + CORNERS_LEFT

UPPER_LIP: Final = tuple(sorted({i for ring in UPPER_LIP_RINGS for i in ring[1:-1]}))
LOWER_LIP: Final = tuple(sorted({i for ring in LOWER_LIP_RINGS for i in ring[1:-1]}))

#: Between nose and upper lip; kept out of the lower layer so that it does not pull the nose down.
PHILTRUM: Final = (164, 167, 393, 165, 391, 2, 97, 326, 94, 19, 141, 370, 92, 322, 186, 410)
#: Between lower lip and chin; kept out of the upper layer.
CHIN_SKIN: Final = (
    18, 83, 313, 200, 201, 421, 106, 335, 182, 406, 43, 273, 57, 287, 202, 422, 204, 424, 194, 418,
)  # fmt: skip
CHIN_TIP: Final = (152, 148, 377, 176, 400, 175, 171, 396, 199, 208, 428)
#: All skin below the lower lip that a dropping jaw carries along.
CHIN: Final = tuple(
    sorted({*CHIN_SKIN, *CHIN_TIP, 32, 262, 140, 369, 170, 395, 211, 431, 210, 430})
)  # fmt: skip

UPPER_LID: Final[dict[Side, tuple[int, ...]]] = {
    "right": (246, 161, 160, 159, 158, 157, 173),
    "left": (398, 384, 385, 386, 387, 388, 466),
}
LOWER_LID: Final[dict[Side, tuple[int, ...]]] = {
    "right": (7, 163, 144, 145, 153, 154, 155),
    "left": (382, 381, 380, 374, 373, 390, 249),
}
#: The ring of mesh points just above and below each eye.
LID_SURROUND: Final[dict[Side, tuple[int, ...]]] = {
    "right": (247, 30, 29, 27, 28, 56, 190, 25, 110, 24, 23, 22, 26, 112, 33, 133, 130, 243),
    "left": (467, 260, 259, 257, 258, 286, 414, 255, 339, 254, 253, 252, 256, 341, 263, 362, 359, 463),
}
#: Just under the brow, above each eye.
BROW_BONE: Final[dict[Side, tuple[int, ...]]] = {
    "right": (113, 225, 224, 223, 222, 221, 189),
    "left": (413, 441, 442, 443, 444, 445, 342),
}
FACE_OVAL: Final = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
FOREHEAD, CHIN_POINT, NOSE_TIP, CHEEK_RIGHT, CHEEK_LEFT = 10, 152, 1, 234, 454
#: Patches of plain skin: cheeks, sides of the nose, jaws.
SKIN: Final = (50, 280, 205, 425, 117, 346)
LIP_COLOUR: Final = (15, 16, 86, 316, 85, 315)

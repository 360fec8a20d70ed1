"""Draws a contact sheet: what an avatar can do, on one picture."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..render import Renderer
from ._sheet_poses import SECTIONS, Section, Shot, View

Picture = NDArray[np.uint8]
Corner = tuple[int, int]

_COLUMNS: Final = 4
_CELL_WIDTH: Final = 560
_GAP, _MARGIN = 20, 48
_LABEL_HEIGHT: Final = 44
_TITLE_HEIGHT: Final = 76
_HEADER_HEIGHT: Final = 88
#: Between a crop and the small whole frame beside it.
_SEAM: Final = 4
_BACKGROUND: Final = (34, 32, 31)
_CARD: Final = (48, 45, 44)
_TEXT: Final = (236, 234, 232)
_QUIET_TEXT: Final = (168, 162, 158)
#: What a crop shows, in interocular distances: half its width, and its aspect (height / width).
_MOUTH_REACH, _MOUTH_ASPECT = 0.52, 0.72
_EYES_REACH, _EYES_ASPECT = 0.80, 0.50


def draw_sheet(avatar: Avatar) -> Picture:
    """Return the contact sheet of an avatar, uint8 (h, w, 3) BGR, 2396 pixels wide."""
    artist = _Artist(avatar)
    width = 2 * _MARGIN + _COLUMNS * _CELL_WIDTH + (_COLUMNS - 1) * _GAP
    heights = [artist.section_height(section) for section in SECTIONS]
    sheet = np.full((2 * _MARGIN + _HEADER_HEIGHT + sum(heights), width, 3), _BACKGROUND, np.uint8)
    _write(sheet, avatar.name, (_MARGIN, _MARGIN + 40), 44, _TEXT, bold=True)
    facts = f"{avatar.width} x {avatar.height}   {avatar.style}"
    _write(sheet, facts, (_MARGIN, _MARGIN + 74), 24, _QUIET_TEXT)
    top = _MARGIN + _HEADER_HEIGHT
    for section, height in zip(SECTIONS, heights, strict=True):
        artist.draw_section(sheet, section, top)
        top += height
    return sheet


class _Artist:
    """Renders and lays out the cells of one avatar."""

    def __init__(self, avatar: Avatar) -> None:
        self._avatar = avatar
        self._renderer = Renderer(avatar)
        eyes = [(eye.left + eye.iris[0], eye.top + eye.iris[1]) for eye in avatar.eyes.values()]
        self._between_eyes = np.mean(eyes, 0)

    def section_height(self, section: Section) -> int:
        """Return the height that a section takes, in pixels."""
        rows = -(-len(section.shots) // _COLUMNS)
        return _TITLE_HEIGHT + rows * (self._cell_height(section.view) + _GAP)

    def draw_section(self, sheet: Picture, section: Section, top: int) -> None:
        """Draw title and cells into the sheet, from the row ``top``."""
        _write(sheet, section.title, (_MARGIN, top + _TITLE_HEIGHT - 22), 30, _TEXT, bold=True)
        height = self._cell_height(section.view)
        for number, shot in enumerate(section.shots):
            row, column = divmod(number, _COLUMNS)
            x = _MARGIN + column * (_CELL_WIDTH + _GAP)
            y = top + _TITLE_HEIGHT + row * (height + _GAP)
            sheet[y : y + height, x : x + _CELL_WIDTH] = self._cell(shot, section.view, height)

    def _cell_height(self, view: View) -> int:
        return self._picture_height(view) + _LABEL_HEIGHT

    def _picture_height(self, view: View) -> int:
        """Return the height at which crop and whole frame side by side fill a cell."""
        whole = self._avatar.width / self._avatar.height
        if view == "frame":
            return round(_CELL_WIDTH / whole)
        aspect = _MOUTH_ASPECT if view == "mouth" else _EYES_ASPECT
        return round((_CELL_WIDTH - _SEAM) / (1 / aspect + whole))

    def _cell(self, shot: Shot, view: View, height: int) -> Picture:
        cell = np.full((height, _CELL_WIDTH, 3), _CARD, np.uint8)
        frame = self._renderer.render(shot.pose)
        below = height - _LABEL_HEIGHT
        whole_width = round(below * frame.shape[1] / frame.shape[0]) if view != "frame" else _CELL_WIDTH
        cell[:below, _CELL_WIDTH - whole_width :] = _fit(frame, (whole_width, below))
        if view != "frame":
            crop_width = _CELL_WIDTH - whole_width - _SEAM
            cell[:below, :crop_width] = self._crop(frame, view, (crop_width, below))
        _write(cell, shot.label, (14, below + 30), 24, _TEXT)
        return cell

    def _crop(self, frame: Picture, view: View, size: tuple[int, int]) -> Picture:
        """Cut out and enlarge a part of the face, upright whatever way the head is tilted."""
        avatar = self._avatar
        if view == "mouth":
            reach = _MOUTH_REACH * avatar.unit
            centre = avatar.mouth.anchor + avatar.rotation[:, 1] * 0.09 * avatar.unit
        else:
            reach = _EYES_REACH * avatar.unit
            centre = self._between_eyes - avatar.rotation[:, 1] * 0.06 * avatar.unit
        turn = avatar.rotation * (2 * reach / size[0])
        matrix = np.c_[turn, centre - turn @ np.array([size[0] / 2, size[1] / 2])]
        # bilinear, so that what is looked at shows the frame's own pixels
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(
            cv2.warpAffine(frame, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
        )


def _fit(frame: Picture, size: tuple[int, int]) -> Picture:
    smaller = size[0] < frame.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(frame, size, interpolation=way), np.uint8)


def _write(
    picture: Picture,
    text: str,
    baseline: Corner,
    size: int,
    colour: tuple[int, int, int],
    bold: bool = False,
) -> None:
    cv2.putText(picture, text, baseline, colour, cv2.FontFace("sans"), size, 600 if bold else 400)

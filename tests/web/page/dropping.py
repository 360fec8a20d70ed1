"""Dropping files on a part of the page, as a person does."""

import base64
from pathlib import Path

from playwright.sync_api import Locator

_DROP = """(zone, files) => {
  const transfer = new DataTransfer();
  for (const [data, name, type] of files) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""
_TYPES = {".wav": "audio/wav", ".png": "image/png", ".mp4": "video/mp4"}


def drop(zone: Locator, *files: Path) -> None:
    """Drop files on an element."""
    zone.wait_for()
    packed = [
        (base64.b64encode(file.read_bytes()).decode(), file.name, _TYPES.get(file.suffix, ""))
        for file in files
    ]
    zone.evaluate(_DROP, packed)

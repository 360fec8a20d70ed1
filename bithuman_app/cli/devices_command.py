"""``bithuman-app devices``: the microphones and loudspeakers of this computer."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ._common import console, print_json

if TYPE_CHECKING:
    from ..desktop.devices import Device


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("devices")(_devices)


def _devices(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List microphones and loudspeakers; a part of a name or the index chooses one of them."""
    from ..desktop.devices import list_devices
    from ._avatar_output import print_table

    devices = list_devices()
    if as_json:
        print_json({"devices": [asdict(device) for device in devices]})
        return
    if not devices:
        console().print("there is neither a microphone nor a loudspeaker", markup=False)
        return
    print_table(
        ("index", "name", "through", "in", "out", "rate", "default"),
        [
            (
                str(device.index),
                device.name,
                device.host_api,
                str(device.inputs),
                str(device.outputs),
                str(device.default_rate),
                _defaults(device),
            )
            for device in devices
        ],
    )


def _defaults(device: "Device") -> str:
    both = (("microphone", device.default_input), ("loudspeaker", device.default_output))
    return ", ".join(name for name, chosen in both if chosen)

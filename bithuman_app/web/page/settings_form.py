"""Settings as components of a form, that are saved together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final, Literal

import gradio as gr
from gradio.events import Dependency

from ...errors import UsageError
from ...settings import Origin, load, origin
from ...settings_storage import save
from .context import AT_ONCE, PageContext

Kind = Literal["text", "number", "switch", "secret"]
#: Values from these places are above what is saved here.
_ABOVE: Final = (Origin.COMMAND_LINE, Origin.ENVIRONMENT, Origin.DOTENV)


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a form: its name, what it is called, and how it is typed in.

    ``choices`` (label, value) makes it a choice.
    """

    name: str
    label: str
    info: str = ""
    kind: Kind = "text"
    choices: Sequence[tuple[str, Any]] = ()


class Form:
    """Components for settings. What stands above the settings file is shown, and cannot be changed.

    ``answer`` is where an event's function puts what ``current`` returns; ``show_answer_of`` lets the
    components show it, unless somebody has typed there meanwhile.
    """

    def __init__(self, context: PageContext, fields: Sequence[Field]) -> None:
        """Build the components where they are to be."""
        self._context, self._fields = context, fields
        self.components = [self._component(field) for field in fields]
        self.answer = gr.JSON(visible=False)
        first = [
            "" if field.kind == "secret" else component.value
            for field, component in zip(fields, self.components, strict=True)
        ]
        #: What the functions of ``static/forms.js`` know the form by.
        self._known_by = json.dumps([fields[0].name, first])[1:-1]

    def sending(self) -> str:
        """Return the script of an event that sends the components: what it sends is no more "typed"."""
        return f"(...values) => forms.sending({self._known_by}, values)"

    def leaving_secrets(self) -> str:
        """Return the same for one that sends nothing, after which secrets that are typed in are to go."""
        which = json.dumps([i for i, field in enumerate(self._fields) if field.kind == "secret"])
        return f"(...values) => (forms.sending({self._known_by}, values, {which}), values.map(() => null))"

    def show_answer_of(self, event: Dependency) -> None:
        """Let the components show what an event has put into ``answer``."""
        merge = f"(answer, ...present) => forms.merged({self._known_by}, answer, present)"
        event.success(None, [self.answer, *self.components], self.components, js=merge, **AT_ONCE)
        event.failure(None, None, None, js=f"() => forms.refused({self._known_by})", **AT_ONCE)

    def current(self) -> list[dict[str, Any]]:
        """Return the properties that the components are to have now; secrets are never shown."""
        settings = load(**self._context.overrides)
        shown: list[dict[str, Any]] = []
        for field in self._fields:
            value = getattr(settings, field.name)
            if field.kind == "secret":
                shown.append({"value": "", "placeholder": _stored(value)})
            else:
                shown.append({"value": value})
        return shown

    def save(self, values: Sequence[Any]) -> None:
        """Write the values into the settings file; an empty secret leaves the one that is stored.

        Raises ``UsageError`` for a value that cannot be, ``OutputError`` if it cannot be written.
        """
        changes: dict[str, Any] = {}
        now = load(**self._context.overrides)
        for field, value in zip(self._fields, values, strict=True):
            if self._place(field) in _ABOVE or (field.kind == "secret" and not value):
                continue
            value = value.strip() if isinstance(value, str) else value
            if value != getattr(now, field.name):  # what is a default may change with the program
                changes[field.name] = value
        save(changes)

    def forget_secrets(self) -> None:
        """Take all secrets of the form out of the settings file."""
        save({field.name: None for field in self._fields if field.kind == "secret"})

    def effective(self, values: Sequence[Any]) -> Mapping[str, Any]:
        """Return what would count: what is typed in, and for empty secrets what is stored."""
        settings = load(**self._context.overrides)
        found: dict[str, Any] = {}
        for field, value in zip(self._fields, values, strict=True):
            stored = getattr(settings, field.name)
            if field.kind == "secret":
                value = value or (stored.get_secret_value() if stored else "")
            found[field.name] = value.strip() if isinstance(value, str) else value
        return found

    def _place(self, field: Field) -> Origin:
        return origin(field.name, self._context.overrides)

    def _component(self, field: Field) -> gr.components.Component:
        place = self._place(field)
        free = place not in _ABOVE
        info = field.info if free else f"Given by {place.value}, which is above what is saved here."
        value = getattr(self._context.settings, field.name)
        common: dict[str, Any] = {"label": field.label, "info": info or None, "interactive": free}
        common["elem_id"] = f"setting-{field.name}"
        if field.choices:
            return gr.Dropdown(list(field.choices), value=value, **common)
        if field.kind == "number":
            return gr.Number(value=value, **common)
        if field.kind == "switch":
            return gr.Checkbox(value=value, **common)
        if field.kind == "secret":
            return gr.Textbox("", type="password", placeholder=_stored(value), max_length=500, **common)
        return gr.Textbox(value=value, max_lines=1, max_length=500, **common)


def only_here(request: gr.Request) -> None:
    """Raise ``UsageError`` for a visitor from another computer: these things concern this one."""
    client = request.request.client if request.request is not None else None
    try:
        near = client is not None and ip_address(client.host).is_loopback
    except ValueError:
        near = False
    if not near:
        raise UsageError("this can only be done on the computer on which the program runs")


def _stored(secret: object) -> str:
    return "a key is stored; type to replace it" if secret else "no key is stored"

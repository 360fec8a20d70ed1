"""Settings: devices of the browser, the voice, endpoints of models, the kiosk, and what is kept."""

from typing import Any, Final

import gradio as gr

from ...errors import UserError
from ...stage.speech import VOICES
from .context import PageContext, telling_problems
from .endpoints import models_of
from .layout import section
from .settings_form import Field, Form, only_here
from .settings_privacy import build as build_privacy

_DEVICES: Final = """
<section class="devices">
  <label class="field"><span>Microphone</span><select data-do="microphone" disabled></select></label>
  <label class="field"><span>Loudspeaker</span><select data-do="loudspeaker" disabled></select></label>
  <p class="hint"><span data-show="devices" role="status"></span>
    <button type="button" class="text" data-do="allow" hidden>Show their names</button></p>
</section>
"""
_START: Final = 'import("/page/settings.js").then((settings) => settings.start(element));'
_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}
_LATER: Final = "Saved; it counts when the program is started again."
#: What each endpoint is for: prefix of its settings, its name, and an example of a model.
_ENDPOINTS: Final = (("llm", "Language"), ("stt", "Hearing"), ("tts", "Speaking"))


def build(context: PageContext) -> None:
    """Add the tab's components."""
    forms: list[Form] = []
    with section("Devices", folded=False):
        gr.HTML(_DEVICES, js_on_load=_START, apply_default_css=False, elem_id="settings-devices")
    with section("Start and voice"):
        forms.append(_start(context))
    with section("Models"):
        gr.Markdown(
            "Endpoints that speak as OpenAI's do, on this computer or elsewhere. They are kept and can be"
            " tested; **conversation itself comes with a later version**.",
            elem_classes="hint",
        )
        for prefix, name in _ENDPOINTS:
            forms.append(_endpoint(context, prefix, name))
    with section("Kiosk"):
        forms.append(_kiosk(context))
    with section("Privacy"):
        build_privacy(context)

    opened = context.when_opened(
        lambda request: [form.current() for form in forms], *(form.answer for form in forms)
    )
    for form in forms:
        form.show_answer_of(opened)


def _start(context: PageContext) -> Form:
    form = Form(
        context,
        [
            Field("avatar", "Avatar at the start", "A name, or the path of an .imx file."),
            Field("voice", "Voice", choices=[(name.capitalize(), name) for name in VOICES]),
            Field("voice_speed", "Speed of the voice", "0.5 to 2; 1 is its own pace.", "number"),
            Field("browser", "Open this page in the browser at the start", kind="switch"),
        ],
    )
    _add_save(form, _LATER)
    return form


def _kiosk(context: PageContext) -> Form:
    form = Form(
        context,
        [
            Field("kiosk_screen", "Screen", "A number from 1, a name, or empty for the main one."),
            Field(
                "kiosk_attract_after",
                "Seconds until it calls for visitors",
                "How long nobody may be there before it does; 0: never.",
                "number",
            ),
            Field(
                "kiosk_reset_after",
                "Seconds until it forgets a visitor",
                "How long nobody may be there before it begins anew; 0: never.",
                "number",
            ),
        ],
    )
    _add_save(form, "Saved; 'bithuman-app kiosk' takes it at its next start.")
    return form


def _endpoint(context: PageContext, prefix: str, name: str) -> Form:
    fields = [
        Field(f"{prefix}_base_url", "Address", "For instance http://127.0.0.1:11434/v1"),
        Field(f"{prefix}_api_key", "Key", "It is stored, and never shown again.", "secret"),
        Field(f"{prefix}_model", "Model"),
    ]
    if prefix == "tts":
        fields.append(Field("tts_voice", "Voice"))
    with gr.Group(elem_classes="card", elem_id=f"endpoint-{prefix}"):
        gr.Markdown(f"### {name}")
        form = Form(context, fields)
        with gr.Row(elem_classes="pair"):
            test = gr.Button("Test", elem_id=f"test-{prefix}", size="md")
            keep = gr.Button("Save", elem_id=f"save-{prefix}", size="md")
            forget = gr.Button("Forget key", elem_id=f"forget-{prefix}", size="md")
        told = gr.HTML("", elem_id=f"told-{prefix}", elem_classes="told")

    @telling_problems
    def try_it(request: gr.Request, *values: Any) -> str:
        only_here(request)
        typed = form.effective(values)
        return _tested(typed[f"{prefix}_base_url"], typed[f"{prefix}_api_key"], typed[f"{prefix}_model"])

    @telling_problems
    def forget_it(request: gr.Request, *_: Any) -> list[Any]:
        only_here(request)
        form.forget_secrets()
        return [_told("ok", "The key is forgotten."), form.current()]

    test.click(try_it, form.components, told, concurrency_limit=None, **_QUIET)
    forgetting = form.leaving_secrets()
    forgotten = forget.click(forget_it, form.components, [told, form.answer], js=forgetting, **_QUIET)
    form.show_answer_of(forgotten)
    _save_with(form, keep, told, "Saved.")
    return form


def _tested(base_url: str, key: str, model: str) -> str:
    if not base_url:
        return _told("warn", "Type an address first.")
    try:
        names = models_of(base_url, key)
    except UserError as error:
        return _told("fail", f"Not reachable: {error}.")
    some = ", ".join(names[:6]) + (" …" if len(names) > 6 else "")
    found = f"Reachable, {len(names)} model{'s' if len(names) != 1 else ''}: {some or 'none'}."
    if model and model not in names:
        return _told("warn", f"{found} “{model}” is not among them.")
    return _told("ok", found)


def _add_save(form: Form, done: str) -> None:
    keep = gr.Button("Save", size="md")
    told = gr.HTML("", elem_classes="told")
    _save_with(form, keep, told, done)


def _save_with(form: Form, button: gr.Button, told: gr.HTML, done: str) -> None:
    @telling_problems
    def keep(request: gr.Request, *values: Any) -> list[Any]:
        only_here(request)
        form.save(values)
        return [_told("ok", done), form.current()]

    sending = form.sending()
    kept = button.click(keep, form.components, [told, form.answer], js=sending, **_QUIET)
    form.show_answer_of(kept)


def _told(verdict: str, text: str) -> str:
    from html import escape

    return f'<p role="status" data-verdict="{verdict}">{escape(text)}</p>'

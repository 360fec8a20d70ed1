"""Talk: the avatar speaks with the visitor's own voice. All of it happens in the browser and on the stage."""

from typing import Final

import gradio as gr

from .context import PageContext

_MARKUP: Final = """
<section class="talk">
  <p class="lead">The avatar speaks with your voice, as you speak.
    Your sound goes to this program and nowhere else.</p>
  <button type="button" class="big" data-do="talk" aria-pressed="false" disabled>
    <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="9" y="3" width="6" height="11" rx="3"/>
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/></svg>
    <span>Start talking</span>
  </button>
  <div class="meter" role="meter" aria-label="Level of the microphone" aria-valuemin="0" aria-valuemax="100"
    aria-valuenow="0"><span></span></div>
  <p class="hint" data-show="said" role="status">The microphone is closed.</p>
  <button type="button" class="wide" data-do="hold" aria-pressed="false" disabled>Hold to talk</button>
  <label class="field"><span>Sensitivity</span>
    <small>How readily sound counts as speech. Less in a noisy room, more for a quiet voice.</small>
    <input type="range" min="0" max="100" value="50" data-do="sensitivity" disabled />
  </label>
  <label class="switch"><input type="checkbox" role="switch" data-do="echo" disabled />
    <span>Let my own voice be heard
      <small>Everybody who watches this avatar hears it. Use headphones.</small></span>
  </label>
</section>
"""
_START: Final = 'import("/page/talk.js").then((talk) => talk.start(element));'


def build(context: PageContext) -> None:
    """Add the controls; ``static/talk.js`` joins them to the stage."""
    gr.HTML(_MARKUP, js_on_load=_START, apply_default_css=False, elem_id="talk")

"""About: versions, licences, and whether this computer has what the program needs."""

import html
from collections.abc import Iterator
from typing import Any, Final

import gradio as gr

from ...doctor import Finding, Verdict, examine, worst
from ...doctor.program import versions
from ...resources import asset
from .context import PageContext
from .layout import section

_MARKS: Final = {Verdict.OK: "✓", Verdict.WARN: "!", Verdict.FAIL: "✗"}
_SUMMARIES: Final = {
    Verdict.OK: "All is well.",
    Verdict.WARN: "It works; some things could be better.",
    Verdict.FAIL: "Something does not work.",
}


def build(context: PageContext) -> None:
    """Add the tab's components."""
    known = versions()
    gr.Markdown(
        f"## bithuman-app {known.pop('bithuman-app')}\n\n"
        "A picture and a voice become a talking person, on this computer's processor, offline."
    )
    with gr.Group(elem_classes="card"):
        gr.Markdown("### This computer")
        check = gr.Button("Check it", elem_id="about-check")
        report = gr.HTML("", elem_id="about-report")
    with section("Libraries"):
        gr.HTML(_table(known))
    with section("Licences"):
        gr.Markdown("The program is licensed under Apache-2.0.")
        gr.Markdown(_without_headings(_notice()), elem_id="about-notice")

    def examine_all() -> Iterator[str]:
        found: list[Finding] = []
        for finding in examine(context.settings):
            found.append(finding)
            yield _shown(found, done=False)
        yield _shown(found, done=True)

    quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    check.click(examine_all, outputs=report, concurrency_limit=1, **quietly)


def _shown(found: list[Finding], done: bool) -> str:
    lines = "".join(
        f'<li data-verdict="{one.verdict}"><b aria-hidden="true">{_MARKS[one.verdict]}</b>'
        f"<span><strong>{html.escape(one.name)}</strong> <i>{one.verdict}</i><br>{html.escape(one.detail)}"
        + (f"<small>{html.escape(one.advice)}</small>" if one.advice else "")
        + "</span></li>"
        for one in found
    )
    summary = _SUMMARIES[worst(found)] if done else "Looking…"
    return f'<p role="status">{summary}</p><ul class="findings">{lines}</ul>'


def _table(known: dict[str, str | None]) -> str:
    rows = "".join(
        f"<tr><th scope='row'>{html.escape(name)}</th><td>{html.escape(version or 'not installed')}</td></tr>"
        for name, version in known.items()
    )
    return f"<table class='rows'>{rows}</table>"


def _notice() -> str:
    try:
        return asset("NOTICE.md").read_text(encoding="utf-8")
    except OSError:
        return "The notice is missing: install the program anew."


def _without_headings(text: str) -> str:
    """Return Markdown with its headings two levels lower, to stand below the page's own."""
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in text.splitlines())

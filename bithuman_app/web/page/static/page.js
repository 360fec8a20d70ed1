// The page: the live stage at once, the tabs when the server has them.

import { mount } from "/stage/static/stage.js";
import { mend } from "./answers.js";
import * as forms from "./forms.js";

mend();
window.forms = forms; // events of Gradio's call it
const live = document.getElementById("live");
window.stage = mount(live, { controls: "compact", theme: "class" });

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.body.classList.toggle("dark", dark.matches);
dark.addEventListener("change", follow);
follow();

document.addEventListener("tabs-wired", showTabs);
if (!document.querySelector("gradio-app")) takeTabs();

// The server answers when it has the tabs; then its page is put into this one, and the stage goes on.
async function takeTabs() {
  try {
    let answer = { ready: false };
    while (!answer.ready) {
      answer = await (await fetch("/page/ready")).json();
      if (answer.failed) throw new Error("failed");
    }
    const html = await (await fetch("/")).text();
    adopt(new DOMParser().parseFromString(html, "text/html"));
  } catch (problem) {
    const waiting = document.getElementById("waiting");
    waiting.removeAttribute("aria-busy");
    waiting.querySelector("p").textContent =
      problem.message === "failed"
        ? "The tabs could not be opened. The log of the program tells why."
        : "The program has ended. Start it and load this page again.";
  }
}

function adopt(page) {
  document.getElementById("waiting").after(document.adoptNode(page.querySelector("gradio-app")));
  const { nonce } = document.querySelector("script[nonce]");
  const known = new Set([...document.querySelectorAll("[src], [href]")].map(address));
  for (const found of page.head.querySelectorAll("script, link[rel=stylesheet], link[rel=modulepreload]")) {
    if (address(found) && known.has(address(found))) continue;
    const fresh = document.createElement(found.localName);
    for (const { name, value } of found.attributes) fresh.setAttribute(name, value);
    fresh.nonce = nonce;
    fresh.textContent = found.textContent;
    document.head.append(fresh);
  }
}

// Gradio tells when every component does what it is for; what is typed and pressed before would be lost.
function showTabs() {
  const tabs = [...document.querySelectorAll("#bar [role=tab]")];
  for (const tab of tabs) {
    const panel = document.getElementById(`tab-${tab.dataset.tabId}`);
    tab.id = `${panel.id}-button`;
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  const choose = () => {
    for (const tab of tabs) {
      const chosen = tab.getAttribute("aria-selected") === "true";
      document.getElementById(`tab-${tab.dataset.tabId}`).classList.toggle("shown", chosen);
    }
  };
  new MutationObserver(choose).observe(tabs[0].parentElement, { subtree: true, attributeFilter: ["aria-selected"] });
  choose();
  document.getElementById("waiting").remove();
  document.querySelector("gradio-app").dataset.wired = "";
}

function address(element) {
  const text = element.getAttribute("src") ?? element.getAttribute("href");
  return text && new URL(text, document.baseURI).href;
}

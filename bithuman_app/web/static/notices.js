// Lines in the middle of the stage that say what is going on.

const PASSING_MS = 6000;

export class Notices {
  #element;

  constructor(element) {
    this.#element = element;
  }

  // Say something until it is taken back (text null) or, if passing, for a while.
  show(name, text, { kind = "plain", passing = false, action = null } = {}) {
    this.#element.querySelector(`[data-name="${name}"]`)?.remove();
    if (!text) return;
    const notice = document.createElement(action ? "button" : "p");
    notice.dataset.name = name;
    notice.dataset.kind = kind;
    notice.textContent = text;
    if (action) {
      notice.type = "button";
      notice.dataset.action = action;
    }
    this.#element.append(notice);
    if (passing) setTimeout(() => notice.remove(), PASSING_MS);
  }
}

// One avatar of the gallery: its picture, which talks while it is pointed at, its name, and what can be done.

import { address, icon, make } from "./workshop.js";

const PATIENCE = 120; // milliseconds that one must point at a card before it moves
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Card {
  constructor(avatar, gallery) {
    this.gallery = gallery;
    this.picture = make("img", { alt: "", loading: "lazy", decoding: "async", draggable: false });
    this.pick = make("button.pick", { type: "button", onclick: () => this.gallery.pick(this.avatar.name) }, this.picture);
    this.name = make("span.name");
    this.more = make(
      "button.more",
      { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", onclick: () => this.#toggle() },
      icon("more"),
    );
    this.caption = make("div.caption", {}, this.name, this.more);
    this.element = make("li.face", {}, this.pick, this.caption);
    this.pick.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && this.#wake());
    this.pick.addEventListener("pointerleave", () => this.#rest());
    this.pick.addEventListener("focus", () => this.pick.matches(":focus-visible") && this.#wake());
    this.pick.addEventListener("blur", () => this.#rest());
  }

  show(avatar, onStage) {
    const path = `avatars/${encodeURIComponent(avatar.name)}`;
    if (this.avatar?.version !== avatar.version) {
      if (avatar.problem) this.picture.removeAttribute("src");
      else this.picture.src = address(`${path}/still?v=${avatar.version}`);
    }
    this.avatar = avatar;
    this.path = path;
    this.name.textContent = avatar.title;
    this.name.title = avatar.problem ?? [avatar.title, ...avatar.sizes].join(", ");
    this.pick.disabled = Boolean(avatar.problem);
    this.pick.setAttribute("aria-label", onStage ? `${avatar.title} is on the stage` : `Put ${avatar.title} on the stage`);
    this.pick.setAttribute("aria-pressed", String(onStage));
    this.more.setAttribute("aria-label", `More about ${avatar.title}`);
    this.element.classList.toggle("on-stage", onStage);
    this.element.classList.toggle("broken", Boolean(avatar.problem));
  }

  focus() {
    this.pick.focus();
  }

  // Fetches the clip, which the browser then has when it is wanted.
  async prepare() {
    if (!still.matches && !this.avatar.problem && this.element.isConnected) await fetch(this.#clip(), { priority: "low" });
  }

  #clip() {
    return address(`${this.path}/clip?v=${this.avatar.version}`);
  }

  // Draws the eye to a card that is new.
  greet() {
    this.element.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
    this.element.classList.add("new");
    setTimeout(() => this.element.classList.remove("new"), 2500);
  }

  #wake() {
    if (still.matches || this.clip || this.avatar.problem) return;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      const clip = make("video", { muted: true, loop: true, playsInline: true, autoplay: true });
      clip.src = this.#clip();
      clip.setAttribute("aria-hidden", "true");
      clip.addEventListener("playing", () => clip.classList.add("playing"), { once: true });
      this.clip = clip;
      this.pick.append(clip);
    }, PATIENCE);
  }

  #rest() {
    clearTimeout(this.waiting);
    const { clip } = this;
    this.clip = null;
    if (!clip) return;
    clip.pause();
    clip.classList.remove("playing");
    setTimeout(() => {
      clip.removeAttribute("src");
      clip.load();
      clip.remove();
    }, 200);
  }

  #toggle() {
    if (this.menu) return this.#close();
    const { title, shipped, problem } = this.avatar;
    const item = (shape, text, run, quiet = false) =>
      make("button", { type: "button", role: "menuitem", tabIndex: -1, disabled: quiet, onclick: () => (this.#close(), run()) }, icon(shape), text);
    const items = [
      shipped ? null : item("rename", "Rename", () => this.#rename()),
      problem ? null : make(
        "a",
        { role: "menuitem", tabIndex: -1, href: address(`${this.path}/file`), download: `${title}.imx`, onclick: () => this.#close() },
        icon("download"),
        "Export as a file",
      ),
      shipped ? null : item("remove", "Delete", () => this.gallery.remove(this.avatar.name, title)),
      shipped ? make("p", {}, "Came with the program") : null,
    ];
    this.menu = make("div.menu", { role: "menu", "aria-label": title }, ...items);
    this.menu.addEventListener("keydown", (event) => this.#menuKey(event));
    this.menu.addEventListener("focusout", (event) => {
      if (!this.menu?.contains(event.relatedTarget) && event.relatedTarget !== this.more) this.#close(false);
    });
    this.more.setAttribute("aria-expanded", "true");
    this.element.append(this.menu);
    this.menu.querySelector("[role=menuitem]").focus();
  }

  #close(back = true) {
    const { menu } = this;
    this.menu = null;
    if (!menu) return;
    menu.remove();
    this.more.setAttribute("aria-expanded", "false");
    if (back) this.more.focus();
  }

  #menuKey(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length).focus();
    else if (event.key === "Escape") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // The name becomes a field: Enter keeps what is typed, Escape leaves it as it was.
  #rename() {
    const { name, title } = this.avatar;
    const field = make("input.rename", { type: "text", value: name, maxLength: 40, "aria-label": `New name of ${title}`, spellcheck: false });
    let settled = false;
    const end = async (keep) => {
      if (settled) return;
      settled = true;
      const to = field.value.trim();
      const wanted = keep && to && to !== name;
      if (wanted && !(await this.gallery.rename(name, to))) {
        settled = false;
        if (field.isConnected) field.focus();
        return;
      }
      field.replaceWith(this.name);
      if (wanted) this.gallery.cards.get(to)?.focus();
      else this.more.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") end(true);
      if (event.key === "Escape") end(false);
      event.stopPropagation();
    });
    field.addEventListener("blur", () => setTimeout(() => field.isConnected && document.activeElement !== field && end(false)));
    this.name.replaceWith(field);
    field.focus();
    field.select();
  }
}

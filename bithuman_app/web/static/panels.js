// The panels that open over the dock: avatars, gestures and moods.

import { drawing } from "./expressions.js";

const STRIP = 0.1; // of the picture's width
const STALE_PICTURES = 10; // of the avatar before, that may still be on their way

export class Panels {
  title = "Avatar";
  described = null; // what the server said of the avatar
  #root;
  #stage;
  #avatar = null;
  #backdropAt = null; // the count of pictures after which the light around is taken from one

  get root() {
    return this.#root;
  }

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
  }

  describe(described) {
    const { avatar, avatars, width, height, gestures, emotions } = described;
    this.described = { avatar, avatars, width, height, gestures, emotions };
    const chosen = avatars.find(({ name }) => name === avatar);
    this.title = chosen?.title ?? avatar;
    this.#avatar = avatar;
    this.#backdropAt = null;
    this.#stage.notices.show("avatar", null);
    const frame = this.#root.querySelector(".frame");
    frame.style.setProperty("--ratio", `${width / height}`);
    frame.querySelector(".picture").setAttribute("aria-label", `${this.title}, live`);
    const who = this.#root.querySelector(".who");
    who.querySelector("img").src = this.#thumbnail(avatar);
    who.setAttribute("aria-label", `Choose an avatar; now ${this.title}`);
    this.#fill(".avatars", avatars, ({ name, title }) => {
      const image = document.createElement("img");
      image.src = this.#thumbnail(name);
      image.alt = "";
      image.loading = "lazy";
      const button = this.#button(title, () => this.choose(name), image);
      button.setAttribute("aria-pressed", name === avatar);
      return button;
    });
    this.#fill(".gestures", gestures, (name) => this.#expression("gesture", name));
    this.#fill(".emotions", emotions, (name) => this.#expression("emotion", name));
  }

  toggle(name) {
    const panel = this.#root.querySelector(`.panel.${name}`);
    const opening = panel.hidden;
    this.closeAll();
    panel.hidden = !opening;
    this.#expanded(name, opening);
    if (opening) (panel.querySelector('[aria-pressed="true"]') ?? panel.querySelector("button"))?.focus();
  }

  // Close what is open, giving the focus back; return whether anything was.
  closeAll() {
    const open = this.#root.querySelector(".panel:not([hidden])");
    if (!open) return false;
    const name = open.classList.contains("avatars") ? "avatars" : "moods";
    const inside = open.contains(this.#root.getRootNode().activeElement);
    open.hidden = true;
    this.#expanded(name, false);
    if (inside) this.#root.querySelector(`[data-action="${name}"]`).focus();
    return true;
  }

  // The light around the picture, from its left and right border; once for each avatar.
  drawBackdrop(drawn) {
    if (this.#backdropAt === null) this.#backdropAt = drawn ? drawn + STALE_PICTURES : 1;
    if (drawn < this.#backdropAt) return;
    this.#backdropAt = Infinity;
    this.#root.removeAttribute("data-empty");
    const context = this.#root.querySelector(".backdrop canvas").getContext("2d");
    const picture = this.#root.querySelector(".picture");
    const { width, height } = picture;
    const strip = width * STRIP;
    context.drawImage(picture, 0, 0, strip, height, 0, 0, 4, 8);
    context.drawImage(picture, width - strip, 0, strip, height, 4, 0, 4, 8);
  }

  choose(name) {
    this.closeAll();
    if (name === this.#avatar) return;
    const title = this.described?.avatars.find((one) => one.name === name)?.title ?? name;
    this.#stage.notices.show("avatar", `${title} is coming…`);
    this.#stage.connection.send("avatar", { name });
  }

  #expression(type, name) {
    const text = name.replace("_", " ");
    const label = text[0].toUpperCase() + text.slice(1);
    return this.#button(label, () => this.#stage.connection.send(type, { name }), drawing(name));
  }

  #button(text, action, before) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(before, text);
    button.addEventListener("click", action);
    return button;
  }

  #fill(selector, items, make) {
    this.#root.querySelector(selector).replaceChildren(...items.map(make));
  }

  #expanded(name, expanded) {
    this.#root.querySelector(`[data-action="${name}"]`).setAttribute("aria-expanded", expanded);
  }

  #thumbnail(name) {
    return new URL(`avatars/${encodeURIComponent(name)}.jpg`, this.#stage.base).href;
  }
}

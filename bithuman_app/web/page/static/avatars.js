// The gallery: who can be put on stage, new faces from pictures, and what may be done with one's own.

import { Card } from "./avatar-card.js";
import { Baking } from "./baking.js";
import { Cancelled, Notes, ask, icon, make, panel, send, takeDrops, whileSeen } from "./workshop.js";

const PREPARED = 12; // cards

export function mount(element) {
  new Gallery(panel(element, "avatars"));
}

class Gallery {
  constructor(root) {
    this.root = root;
    this.input = make("input.unseen", {
      type: "file",
      multiple: true,
      accept: "image/jpeg,image/png,image/webp,video/*,.imx",
      id: "new-avatar",
      onchange: () => (this.take([...this.input.files]), (this.input.value = "")),
    });
    this.door = make(
      "label.door",
      { htmlFor: "new-avatar" },
      icon("add"),
      make("span", {}, make("b", {}, "A new avatar"), "Drop a picture here, or choose one"),
      make("small", {}, "A photo, a painting, a drawing, your cat; a short video; or an avatar file (.imx)"),
    );
    this.entrance = make("div.entrance", {}, this.input, this.door);
    this.list = make("ul.grid", { "aria-label": "Avatars" });
    root.append(this.entrance, this.list);
    this.notes = new Notes(root);
    this.cards = new Map();
    this.deleted = [];
    takeDrops(root, (files) => this.take(files));
    root.addEventListener("keydown", (event) => this.#undoKey(event));
    document.addEventListener("paste", (event) => this.#paste(event));
    this.refresh = whileSeen(root, () => this.look());
  }

  // Shows the list as the server has it; returns when to look again.
  async look() {
    this.show(await ask("avatars"));
    this.preparing ??= setTimeout(() => this.#prepare(), 1500);
    return 4000;
  }

  // Fetches the clips of the first cards, one after the other, so that they move as soon as one points.
  async #prepare() {
    for (const card of [...this.cards.values()].slice(0, PREPARED)) await card.prepare().catch(() => {});
  }

  show({ avatars, on_stage: onStage }) {
    const names = avatars.map((avatar) => avatar.name).join("/");
    this.onStage = onStage;
    for (const [name, card] of this.cards) {
      if (!avatars.some((avatar) => avatar.name === name)) card.element.remove(), this.cards.delete(name);
    }
    for (const avatar of avatars) {
      if (!this.cards.has(avatar.name)) this.cards.set(avatar.name, new Card(avatar, this));
      this.cards.get(avatar.name).show(avatar, avatar.name === onStage);
    }
    if (names !== this.shown) {
      const wanted = avatars.map((avatar) => this.cards.get(avatar.name).element);
      wanted.forEach((card, i) => this.list.children[i] !== card && this.list.insertBefore(card, this.list.children[i] ?? null));
    }
    this.shown = names;
  }

  // Takes files one after the other: pictures and videos are baked, avatar files are installed.
  async take(files) {
    for (const file of files) {
      try {
        if (file.name.toLowerCase().endsWith(".imx")) await this.#bring(file);
        else await this.#bake(file);
      } catch (error) {
        if (error instanceof Cancelled) this.notes.say("Cancelled.");
        else this.notes.problem(error);
      }
    }
  }

  async #bring(file) {
    const { name } = await ask("avatars/import", { file: await send(file) });
    await this.look();
    this.notes.say(`${name} is here now.`);
    this.cards.get(name)?.greet();
  }

  async #bake(file) {
    const baking = new Baking(this.entrance, file);
    this.door.hidden = true;
    try {
      const { name, warnings } = await baking.run();
      await this.look();
      const place = this.onStage === name ? "on the stage" : "here now";
      this.notes.say([`${name} is ${place}.`, ...warnings.map(sentence)].join(" "));
      this.cards.get(name)?.greet();
    } finally {
      baking.close();
      this.door.hidden = false;
    }
  }

  async pick(name) {
    try {
      this.show(await ask(`avatars/${encodeURIComponent(name)}/stage`, {}));
    } catch (error) {
      this.notes.problem(error);
    }
  }

  // Renames, and tells whether that was possible.
  async rename(name, to) {
    try {
      this.show(await ask(`avatars/${encodeURIComponent(name)}/rename`, { to }));
      return true;
    } catch (error) {
      this.notes.problem(error);
      return false;
    }
  }

  async remove(name, title) {
    try {
      const { receipt } = await ask(`avatars/${encodeURIComponent(name)}/delete`, {});
      this.deleted.push(receipt);
      await this.look();
      this.notes.say(`${title} is deleted.`, { action: { name: "Undo", run: () => this.undo() } });
      this.notes.place.querySelector("button")?.focus();
    } catch (error) {
      this.notes.problem(error);
    }
  }

  async undo() {
    const receipt = this.deleted.pop();
    if (!receipt) return;
    try {
      const { name } = await ask("avatars/restore", { receipt });
      await this.look();
      this.notes.say(`${name} is back.`);
      this.cards.get(name)?.focus();
    } catch (error) {
      this.notes.problem(error);
    }
  }

  #undoKey(event) {
    const inField = event.target.closest("input, textarea, select");
    if (!inField && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && this.deleted.length) {
      event.preventDefault();
      this.undo();
    }
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (files.length && this.root.isConnected && this.root.checkVisibility()) {
      event.preventDefault();
      this.take(files);
    }
  }
}

function sentence(text) {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}

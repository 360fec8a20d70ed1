// The microphone as a puppeteer's hand: open, held, or closed.

import { isFlag, isShare, isText, recall, remember } from "./memory.js";

const TAIL_MS = 250; // what is still heard after the key is let go
const PIECES_PER_LEVEL = 2;

export class Talk {
  echo = recall("echo", isFlag, false);
  sensitivity = recall("sensitivity", isShare, 0.5);
  holding = false;
  #root;
  #stage;
  #microphone;
  #stopping = null;
  #pieces = 0;

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
    this.#microphone = stage.microphone;
    this.#microphone.device = recall("microphone", isText, "");
    this.#microphone.onPiece = (message) => this.#send(message);
    // Whoever begins to speak hears the avatar no more, before the server has decided whether it was speech.
    this.#microphone.onOnset = () => this.echo || stage.player.duck();
    this.#microphone.onLost = () => this.#lost();
    this.#checkbox.checked = this.echo;
  }

  get on() {
    return this.#microphone.on;
  }

  async toggle() {
    const close = this.on && !this.holding;
    this.#hold(false);
    await (close ? this.close() : this.open());
  }

  async hold() {
    if (this.on) return;
    this.#hold(true);
    await this.open();
    if (!this.holding) await this.close();
  }

  release() {
    if (!this.holding) return;
    this.#hold(false);
    clearTimeout(this.#stopping);
    this.#stopping = setTimeout(() => this.close(), TAIL_MS);
  }

  async open() {
    clearTimeout(this.#stopping);
    const waking = this.#stage.sound.wake();
    try {
      await this.#microphone.start();
    } catch (error) {
      this.#hold(false);
      this.#stage.complain(error.message);
      return;
    }
    await waking;
    this.#show();
    this.tell();
  }

  async close() {
    const stopping = this.#microphone.stop();
    this.tell();
    this.#show();
    this.#stage.announce("level", { level: 0 });
    await stopping;
  }

  setEcho(on) {
    this.echo = on;
    this.#checkbox.checked = on;
    this.#setting("echo", on);
  }

  setSensitivity(value) {
    this.sensitivity = Math.max(0, Math.min(1, value));
    this.#setting("sensitivity", this.sensitivity);
  }

  async choose(id) {
    this.#microphone.device = id;
    remember("microphone", id);
    this.#stage.changed();
    if (!this.on) return;
    await this.#microphone.stop();
    await this.open();
  }

  // Let the server know how things are.
  tell() {
    const { connection } = this.#stage;
    connection.send("microphone", { on: this.on });
    connection.send("puppet", { on: this.on, echo: this.echo, sensitivity: this.sensitivity });
  }

  get #checkbox() {
    return this.#root.querySelector("[name=echo]");
  }

  #setting(name, value) {
    remember(name, value);
    if (this.on) this.tell();
    this.#stage.changed();
  }

  #send(message) {
    this.#stage.connection.sendSound(message);
    this.#pieces += 1;
    if (this.#pieces % PIECES_PER_LEVEL === 0) this.#stage.announce("level", { level: this.#microphone.level });
  }

  async #lost() {
    await this.close();
    this.#stage.complain("The microphone has gone.");
  }

  #hold(on) {
    this.holding = on;
    this.#press("hold", on);
    this.#stage.changed();
  }

  #show() {
    this.#press("microphone", this.on);
    this.#root.querySelector(".options").hidden = !this.on;
    this.#stage.changed();
  }

  #press(action, pressed) {
    this.#root.querySelector(`[data-action="${action}"]`).setAttribute("aria-pressed", pressed);
  }
}

// The live stage: mount(element) puts it into any element, in a shadow tree of its own.

import { Capture } from "./stage-capture.js";
import { Connection } from "./connection.js";
import { Figures } from "./figures.js";
import { Keyboard } from "./keyboard.js";
import { Microphone } from "./microphone.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { Screen } from "./screen.js";
import { Subtitles } from "./subtitles.js";
import { TEMPLATE } from "./template.js";
import { Uploads } from "./uploads.js";

const HEARD_NOTE_MS = 250;
const MICROPHONE_TAIL_MS = 250;
const STATE_TEXTS = { idle: "Idle", listening: "Listening", thinking: "Thinking", speaking: "Speaking" };
const REFUSED = {
  taken: "Somebody else is using this avatar. This page takes over when they leave.",
  crowded: "Too many pages are open here. Close one, and this one goes on.",
  broken: "The avatar cannot be loaded. The server's log tells why.",
};
const VOLUME_KEY = "bithuman-app.volume";

export function mount(element, options = {}) {
  return new Stage(element, options);
}

class Stage {
  #base;
  #root;
  #element;
  #visible = null;
  #inView = true;
  #holding = false;
  #stopping = null;
  #closing = new AbortController();

  // options.base: where the server is mounted (default: where this script came from);
  // options.keys: on what key presses count (default: this element).
  constructor(element, { base = new URL("..", import.meta.url), keys = element } = {}) {
    this.#base = new URL(base, location.href);
    const scripts = new URL("static/", this.#base);
    const shadow = element.attachShadow({ mode: "open" });
    shadow.innerHTML = `<link rel="stylesheet" href="${new URL("stage.css", scripts)}">${TEMPLATE}`;
    this.#element = element;
    this.#root = shadow.querySelector(".stage");
    this.screen = new Screen(this.#find(".picture"));
    this.player = new Player(scripts);
    this.microphone = new Microphone(scripts);
    this.subtitles = new Subtitles(this.#find(".line > span"), this.#find(".transcript"));
    this.connection = new Connection(this.#base);
    this.figures = new Figures(this);
    this.panels = new Panels(this.#root, this);
    this.capture = new Capture(this.#root, this);
    this.uploads = new Uploads(this.#root, this);
    this.#listenToServer();
    this.#listenToPage(new Keyboard(keys, this.#root, this, this.#closing.signal));
    requestAnimationFrame(this.#animate);
    this.player.onReport = () => document.hidden && this.#show();
    this.#restoreVolume();
  }

  get base() {
    return this.#base;
  }

  get title() {
    return this.panels.title;
  }

  // What a test or a curious person may want to know.
  diagnostics() {
    const { player, screen, connection } = this;
    return {
      position: player.position(),
      audible: player.audible,
      bufferedMs: player.bufferedMs,
      underruns: player.underruns,
      drawn: screen.drawn,
      dropped: screen.dropped,
      roundTripMs: connection.roundTripMs,
      connected: connection.open,
    };
  }

  close() {
    this.#closing.abort();
    this.connection.close();
    this.microphone.stop();
    this.player.close();
    this.#element.shadowRoot.innerHTML = "";
  }

  // What the controls do; the keyboard calls these too.

  stop() {
    this.player.cut();
    this.connection.send("stop");
  }

  sample() {
    this.wakeSound();
    this.connection.send("sample");
  }

  toggleMute() {
    this.player.muted = !this.player.muted;
    this.#press("mute", this.player.muted);
    this.wakeSound();
  }

  changeVolume(by) {
    this.setVolume(this.player.volume + by);
  }

  setVolume(value) {
    this.player.volume = value;
    if (value > 0 && this.player.muted) this.toggleMute();
    this.#find(".volume").value = Math.round(this.player.volume * 100);
    try {
      localStorage.setItem(VOLUME_KEY, this.player.volume);
    } catch {
      // Storage may be forbidden; then the volume is simply not remembered.
    }
  }

  async wakeSound() {
    try {
      if (await this.player.start()) this.notify("sound", null);
    } catch {
      this.notify("sound", "There is no sound device. The avatar goes on in silence.", "problem");
    }
  }

  async toggleMicrophone() {
    await (this.microphone.on && !this.#holding ? this.#closeMicrophone() : this.#openMicrophone());
  }

  async hold() {
    if (this.microphone.on) return;
    this.#holding = true;
    this.#press("hold", true);
    await this.#openMicrophone();
    if (!this.#holding) await this.#closeMicrophone();
  }

  release() {
    if (!this.#holding) return;
    this.#holding = false;
    this.#press("hold", false);
    clearTimeout(this.#stopping);
    this.#stopping = setTimeout(() => this.#closeMicrophone(), MICROPHONE_TAIL_MS);
  }

  // Say something in the middle of the stage until it is taken back (text null) or, if passing, for a while.
  notify(name, text, kind = "plain", passing = false) {
    const notices = this.#find(".notices");
    notices.querySelector(`[data-name="${name}"]`)?.remove();
    if (!text) return;
    const notice = document.createElement(kind === "action" ? "button" : "p");
    notice.dataset.name = name;
    notice.dataset.kind = kind;
    notice.textContent = text;
    notices.append(notice);
    if (passing) setTimeout(() => notice.remove(), 6000);
  }

  // What arrives

  #listenToServer() {
    const on = (type, handler) => this.connection.addEventListener(type, ({ detail }) => handler(detail));
    on("welcome", (message) => {
      this.#setConnected(true);
      this.notify("connection", null);
      this.screen.clear();
      this.player.reset(message.epoch);
      this.subtitles.cut();
      this.#visible = null;
      this.#tellVisible();
      this.panels.describe(message);
      if (this.microphone.on) this.#tellMicrophone(true);
      if (!this.player.audible) this.notify("sound", "Turn the sound on", "action");
    });
    on("avatar", (message) => this.panels.describe(message));
    on("tick", (tick) => {
      this.player.take(tick);
      this.screen.take(tick);
    });
    on("cut", ({ epoch }) => {
      this.player.cut(epoch);
      this.subtitles.cut();
    });
    on("word", (word) => this.subtitles.take(word));
    on("said", (end) => this.subtitles.take(end));
    on("problem", ({ text }) => this.notify("problem", text, "problem", true));
    on("lost", ({ refusal }) => {
      this.#setConnected(false);
      this.#showState("idle", refusal ? "Waiting" : "Connecting");
      if (refusal === "login") location.assign(new URL("login", this.#base));
      this.notify("connection", REFUSED[refusal] ?? "The connection is lost. Trying again…", "problem");
    });
  }

  #listenToPage(keyboard) {
    const { signal } = this.#closing;
    const on = (target, types, handler) =>
      types.split(" ").forEach((type) => target.addEventListener(type, handler, { signal }));
    on(this.#root, "click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action && action !== "hold") keyboard.act(action);
      this.wakeSound();
    });
    on(this.#find(".volume"), "input", ({ target }) => this.setVolume(target.value / 100));
    on(this.#find("[name=echo]"), "change", () => this.#tellMicrophone(true));
    const talk = this.#find('[data-action="hold"]');
    on(talk, "pointerdown", (event) => {
      talk.setPointerCapture(event.pointerId);
      this.hold();
    });
    on(talk, "pointerup pointercancel blur", () => this.release());
    on(document, "visibilitychange", () => this.#tellVisible());
    on(window, "online pageshow focus", () => this.connection.wake());
    on(window, "pointerdown keydown", () => this.player.context || this.wakeSound());
    new IntersectionObserver(([entry]) => {
      this.#inView = entry.isIntersecting;
      this.#tellVisible();
    }).observe(this.#find(".picture"));
    this.microphone.onPiece = (message) => this.connection.sendSound(message);
    const notes = setInterval(() => this.#noteHeard(), HEARD_NOTE_MS);
    signal.addEventListener("abort", () => clearInterval(notes));
  }

  #tellVisible() {
    const visible = (!document.hidden && this.#inView) || this.capture.inPicture;
    if (!document.hidden) this.connection.wake();
    if (visible === this.#visible || !this.connection.open) return;
    this.#visible = visible;
    this.connection.send("visible", { on: visible });
  }

  visibilityChanged() {
    this.#tellVisible();
  }

  #noteHeard() {
    const position = this.player.audible ? this.player.position() : null;
    if (position !== null) this.connection.send("heard", { number: position });
    const meter = this.#find(".meter");
    meter.setAttribute("aria-valuenow", Math.round(this.microphone.level * 100));
  }

  #animate = () => {
    if (this.#closing.signal.aborted) return;
    requestAnimationFrame(this.#animate);
    this.#show();
    this.#root.style.setProperty("--level", this.microphone.level.toFixed(3));
    this.figures.frame();
  };

  #show() {
    const position = this.player.position();
    if (position === null) return;
    const tick = this.screen.draw(position);
    if (tick) this.#showState(tick.state);
    this.subtitles.show(position);
    this.panels.drawBackdrop(this.screen.drawn);
  }

  #setConnected(connected) {
    this.#root.dataset.connected = connected ? "yes" : "no";
    this.#find("footer").inert = !connected;
  }

  #showState(state, text = STATE_TEXTS[state]) {
    const shown = this.#find(".state");
    if (shown.textContent === text) return;
    this.#root.dataset.state = state;
    shown.textContent = text;
  }

  async #openMicrophone() {
    clearTimeout(this.#stopping);
    await this.wakeSound();
    try {
      await this.microphone.start();
    } catch (error) {
      this.notify("problem", error.message, "problem", true);
      return;
    }
    this.#press("microphone", true);
    this.#find(".options").hidden = false;
    this.#tellMicrophone(true);
  }

  async #closeMicrophone() {
    this.#tellMicrophone(false);
    this.#press("microphone", false);
    this.#find(".options").hidden = true;
    await this.microphone.stop();
  }

  #tellMicrophone(on) {
    this.connection.send("microphone", { on });
    this.connection.send("puppet", { on, echo: this.#find("[name=echo]").checked });
  }

  #restoreVolume() {
    try {
      const volume = Number.parseFloat(localStorage.getItem(VOLUME_KEY) ?? "1");
      if (volume >= 0 && volume <= 1) this.setVolume(volume);
    } catch {
      // As above.
    }
  }

  #press(action, pressed) {
    this.#find(`[data-action="${action}"]`).setAttribute("aria-pressed", pressed);
  }

  #find(selector) {
    return this.#root.querySelector(selector);
  }
}

// The buttons that take the stage along.

import { PictureInPicture, Recorder, saveSnapshot } from "./capture.js";

export class Capture {
  #root;
  #stage;
  #canvas;
  #recorder = new Recorder();
  #pictureInPicture = new PictureInPicture();

  constructor(root, stage) {
    this.#root = root;
    this.#stage = stage;
    this.#canvas = root.querySelector(".picture");
    document.addEventListener("fullscreenchange", () => this.#press("fullscreen", this.#isFull));
  }

  get inPicture() {
    return this.#pictureInPicture.on;
  }

  get #isFull() {
    return document.fullscreenElement === this.#root.getRootNode().host;
  }

  snapshot() {
    saveSnapshot(this.#canvas, this.#stage.title);
    this.#root.classList.remove("flash");
    requestAnimationFrame(() => this.#root.classList.add("flash"));
  }

  record() {
    this.#try(() => {
      if (this.#recorder.on) this.#recorder.stop();
      else this.#recorder.start(this.#canvas, this.#stage.player, this.#stage.title);
    });
    this.#press("record", this.#recorder.on);
    this.#root.querySelector(".recording").hidden = !this.#recorder.on;
  }

  async pip() {
    await this.#try(() => {
      if (this.inPicture) return this.#pictureInPicture.close();
      return this.#pictureInPicture.open(this.#canvas, () => {
        this.#press("pip", this.inPicture);
        this.#stage.visibilityChanged();
      });
    });
  }

  async fullscreen() {
    const { host } = this.#root.getRootNode();
    await this.#try(() => (this.#isFull ? document.exitFullscreen() : host.requestFullscreen()));
  }

  async #try(action) {
    try {
      await action();
    } catch (error) {
      this.#stage.notify("problem", error.message, "problem", true);
    }
  }

  #press(action, pressed) {
    this.#root.querySelector(`[data-action="${action}"]`).setAttribute("aria-pressed", pressed);
  }
}

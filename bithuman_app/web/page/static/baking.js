// One picture on its way to the stage: sent, baked, marked by hand if no face is found in it.

import { markFace } from "./marks.js";
import { Cancelled, Refusal, ask, bar, icon, make, send } from "./workshop.js";

const LOOK_EVERY = 150; // milliseconds

export class Baking {
  constructor(place, file) {
    this.place = place;
    this.file = file;
    this.source = URL.createObjectURL(file);
    this.stopper = new AbortController();
    this.step = make("span.step", {}, "Sending the picture");
    this.bar = bar(`${file.name}, becoming an avatar`);
    this.cancel = make("button.action", { type: "button", onclick: () => this.#stop() }, icon("close"), "Cancel");
    const video = file.type.startsWith("video/");
    const picture = video
      ? make("video.thumb", { src: this.source, muted: true, playsInline: true })
      : make("img.thumb", { src: this.source, alt: "" });
    picture.addEventListener("error", () => (picture.style.visibility = "hidden"));
    this.element = make(
      "div.baking",
      { "aria-live": "polite" },
      picture,
      make("div.what", {}, make("b", {}, file.name), this.step, this.bar),
      this.cancel,
    );
    place.append(this.element);
  }

  // Resolves to name and warnings of the avatar; throws a Refusal, or Cancelled.
  async run() {
    const sent = await send(this.file, (share) => this.bar.show(share * 0.1), this.stopper.signal);
    let marking = {};
    for (;;) {
      const answer = await this.#bake({ file: sent, stage: true, ...marking });
      if (answer.state === "done") return answer;
      if (!answer.no_face || !answer.can_be_marked) throw new Refusal(line(answer.error));
      this.element.hidden = true;
      const marked = await markFace(this.place, this.source, { title: this.file.name });
      this.element.hidden = false;
      if (!marked) throw new Cancelled();
      marking = marked;
    }
  }

  close() {
    URL.revokeObjectURL(this.source);
    this.element.remove();
  }

  async #bake(wish) {
    const { id, can_be_marked } = await ask("bakes", wish);
    const { signal } = this.stopper;
    for (;;) {
      if (signal.aborted) {
        await ask(`bakes/${id}/cancel`, {});
        throw new Cancelled();
      }
      const bake = await ask(`bakes/${id}`);
      this.bar.show(0.1 + bake.share * 0.9);
      this.step.textContent = bake.state === "waiting" ? "Waits for its turn" : line(bake.step) || "Beginning";
      if (bake.state === "cancelled") throw new Cancelled();
      if (bake.state === "done" || bake.state === "failed") return { ...bake, can_be_marked };
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  #stop() {
    this.stopper.abort();
    this.cancel.disabled = true;
    this.step.textContent = "Being cancelled";
  }
}

function line(text) {
  return text && `${text[0].toUpperCase()}${text.slice(1)}`;
}

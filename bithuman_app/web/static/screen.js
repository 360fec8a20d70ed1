// Pictures wait here until their sound is heard.

const MOST_WAITING = 25;

export class Screen {
  drawn = 0;
  dropped = 0;
  #canvas;
  #context;
  #ticks = []; // {number, state, bitmap or null}
  #decoding = 0;

  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false, desynchronized: true });
  }

  resize(width, height) {
    if (this.#canvas.width === width && this.#canvas.height === height) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
  }

  async take({ number, state, jpeg }) {
    const tick = { number, state, bitmap: null };
    if (jpeg.length && this.#decoding < MOST_WAITING) {
      this.#decoding += 1;
      try {
        tick.bitmap = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
      } finally {
        this.#decoding -= 1;
      }
    }
    let place = this.#ticks.length;
    while (place && this.#ticks[place - 1].number > number) place -= 1;
    this.#ticks.splice(place, 0, tick);
    while (this.#ticks.length > MOST_WAITING) this.#forget(this.#ticks.shift());
  }

  // Draw the newest picture whose time has come; return the newest tick passed, or null.
  draw(position) {
    let picture = null;
    let newest = null;
    while (this.#ticks.length && this.#ticks[0].number <= position) {
      newest = this.#ticks.shift();
      if (!newest.bitmap) continue;
      if (picture) this.#forget(picture);
      picture = newest;
    }
    if (picture) {
      const { width, height } = picture.bitmap;
      this.resize(width, height);
      this.#context.drawImage(picture.bitmap, 0, 0);
      picture.bitmap.close();
      this.drawn += 1;
    }
    return newest;
  }

  clear() {
    this.#ticks.forEach((tick) => tick.bitmap?.close());
    this.#ticks = [];
  }

  #forget(tick) {
    if (!tick.bitmap) return;
    tick.bitmap.close();
    this.dropped += 1;
  }
}

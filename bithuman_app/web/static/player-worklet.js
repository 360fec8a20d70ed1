// Plays ticks: pieces of sound, each with the number of the picture that belongs to it.
// Runs in the browser's audio thread, so what it says it plays is the page's clock.

const TICK = 1920; // 40 ms at 48 kHz
const START = 2 * TICK; // what must be there before playing begins
const LIVE = 3 * TICK; // more than this waits (120 ms): pauses are left out
const TOO_MUCH = 10 * TICK; // more than this waits: speech is left out too
const FADE = 192; // 4 ms, so that falling silent does not click
const QUIET = 0.004; // -48 dB
const QUANTA_PER_REPORT = 4;

class Player extends AudioWorkletProcessor {
  constructor() {
    super();
    this.ticks = []; // {number, sound: Float32Array or null for silence, length, quiet}
    this.offset = 0; // how much of the first is played
    this.waiting = 0; // samples
    this.running = false;
    this.number = 0;
    this.underruns = 0;
    this.left = 0; // quanta until the next report
    this.port.onmessage = ({ data }) => (data.cut ? this.cut() : this.take(data));
  }

  take({ number, sound }) {
    const length = sound ? sound.length : TICK;
    const quiet = !sound || sound.every((sample) => Math.abs(sample) < QUIET);
    this.ticks.push({ number, sound, length, quiet });
    this.waiting += length;
    for (let i = 1; this.waiting > LIVE && i < this.ticks.length; ) {
      if (this.ticks[i].quiet) this.remove(i);
      else i += 1;
    }
    while (this.waiting > TOO_MUCH) this.remove(1);
  }

  remove(index) {
    this.waiting -= this.ticks.splice(index, 1)[0].length;
  }

  cut() {
    const tail = new Float32Array(FADE);
    this.fill(tail);
    tail.forEach((sample, i) => (tail[i] = sample * (1 - i / FADE)));
    this.ticks = this.ticks.length ? [{ number: this.number, sound: tail, length: FADE, quiet: false }] : [];
    this.offset = 0;
    this.waiting = this.ticks.length * FADE;
  }

  // Write what comes next, silence where there is nothing; return how much there was.
  fill(out) {
    let done = 0;
    while (done < out.length && this.ticks.length) {
      const tick = this.ticks[0];
      const count = Math.min(out.length - done, tick.length - this.offset);
      if (tick.sound) out.set(tick.sound.subarray(this.offset, this.offset + count), done);
      this.offset += count;
      this.waiting -= count;
      done += count;
      this.number = tick.number;
      this.fraction = this.offset / tick.length;
      if (this.offset === tick.length) {
        this.ticks.shift();
        this.offset = 0;
      }
    }
    return done;
  }

  process(_inputs, [[out]]) {
    if (!this.running && this.waiting >= START) this.running = true;
    if (this.running && this.fill(out) < out.length) {
      this.running = false;
      this.underruns += 1;
    }
    if (--this.left < 0) {
      this.left = QUANTA_PER_REPORT;
      const { number, fraction, running, waiting, underruns } = this;
      this.port.postMessage({ number, fraction, running, waiting, underruns, time: currentTime });
    }
    return true;
  }
}

registerProcessor("player", Player);

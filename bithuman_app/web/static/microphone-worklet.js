// Turns what the microphone hears into pieces of 20 ms, 16 kHz, 16 bit, and notices at once when sound begins.

const RATE = 16000;
const PIECE = 320;
const HALF_TAPS = 16; // on each side, counted at the lower rate

const FRAME = 80; // 5 ms
const SUDDEN = 3; // frames in a row that are loud: sound begins
const QUIETEST_DB = -50; // what is below never counts
const RISE_DB = 12; // above what was there before
const FLOOR_RISE_DB = 0.05; // a frame (10 dB a second), so that a fan is soon nothing new
const FLOOR_FALL = 0.05; // share of the way, a frame

// Sound that begins: louder than all that went on before. Whether it is speech is for others to say.
class Onset {
  floor = -60;
  sum = 0;
  count = 0;
  loud = 0;
  last = 0;

  // Take a sample; return whether sound begins with it.
  take(sample) {
    const edge = sample - 0.9 * this.last; // low rumble counts less
    this.last = sample;
    this.sum += edge * edge;
    if (++this.count < FRAME) return false;
    const db = 10 * Math.log10(this.sum / FRAME + 1e-9);
    this.sum = this.count = 0;
    const loud = db > Math.max(QUIETEST_DB, this.floor + RISE_DB);
    this.loud = loud ? this.loud + 1 : 0;
    this.floor += db > this.floor ? FLOOR_RISE_DB : (db - this.floor) * FLOOR_FALL;
    return this.loud === SUDDEN;
  }
}

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    this.reach = Math.ceil(HALF_TAPS * Math.max(1, this.step));
    this.heard = new Float32Array(0);
    this.place = this.reach;
    this.piece = new Int16Array(PIECE);
    this.count = 0;
    this.peak = 0;
    this.onset = new Onset();
  }

  process([[input]]) {
    if (!input) return true;
    const heard = new Float32Array(this.heard.length + input.length);
    heard.set(this.heard);
    heard.set(input, this.heard.length);
    for (; this.place + this.reach < heard.length; this.place += this.step) this.give(this.sampleAt(heard, this.place));
    const used = Math.max(0, Math.floor(this.place) - this.reach);
    this.heard = heard.slice(used);
    this.place -= used;
    return true;
  }

  // A windowed sinc, whose band ends below half of the lower rate.
  sampleAt(heard, place) {
    const cut = 0.92 / Math.max(1, this.step);
    let sum = 0;
    for (let i = Math.ceil(place - this.reach); i <= place + this.reach; i++) {
      const distance = i - place;
      const x = Math.PI * distance * cut;
      const sinc = Math.abs(x) < 1e-6 ? 1 : Math.sin(x) / x;
      sum += heard[i] * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / this.reach));
    }
    return sum * cut;
  }

  give(sample) {
    if (this.onset.take(sample)) this.port.postMessage({ onset: true });
    this.peak = Math.max(this.peak, Math.abs(sample));
    this.piece[this.count++] = Math.max(-1, Math.min(1, sample)) * 32767;
    if (this.count < PIECE) return;
    const message = new Uint8Array(2 + 2 * PIECE);
    message[0] = 1;
    message.set(new Uint8Array(this.piece.buffer), 2);
    this.port.postMessage({ message: message.buffer, peak: this.peak }, [message.buffer]);
    this.count = 0;
    this.peak = 0;
  }
}

registerProcessor("microphone", Microphone);

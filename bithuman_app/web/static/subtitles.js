// Words on the screen when they are heard, and whole sentences for those who listen to the page.

const LONGEST_LINE = 84;
const GONE_AFTER_MS = 2500;
const SENTENCE_END = /[.!?…]["”’)]?$/;

export class Subtitles {
  #line;
  #transcript;
  #waiting = []; // {number, utterance, text}, or without text where an utterance ends
  #utterance = null;
  #sentence = [];
  #length = 0;
  #lastWord = 0;
  #announce;

  // announce(name, detail) is told of words and sentences.
  constructor(line, transcript, announce) {
    this.#line = line;
    this.#transcript = transcript;
    this.#announce = announce;
  }

  take(word) {
    this.#waiting.push(word);
  }

  show(position) {
    while (this.#waiting.length && this.#waiting[0].number <= position) this.#add(this.#waiting.shift());
    const silent = performance.now() - this.#lastWord;
    if (this.#length && silent > GONE_AFTER_MS) this.#clearLine();
  }

  cut() {
    this.#waiting = [];
    if (this.#sentence.length) this.#endSentence(true);
    this.#clearLine();
  }

  #add({ utterance, text }) {
    if (text === undefined) {
      if (this.#sentence.length) this.#endSentence();
      return;
    }
    if (utterance !== this.#utterance || this.#length + text.length > LONGEST_LINE) this.#clearLine();
    this.#utterance = utterance;
    this.#lastWord = performance.now();
    const word = document.createElement("span");
    word.textContent = text;
    this.#line.append(word, " ");
    this.#length += text.length + 1;
    this.#sentence.push(text);
    this.#announce("word", { text, utterance });
    if (SENTENCE_END.test(text)) this.#endSentence();
  }

  #endSentence(cut = false) {
    const line = document.createElement("p");
    const text = this.#sentence.join(" ");
    line.textContent = cut ? `${text} —` : text;
    this.#transcript.append(line);
    while (this.#transcript.childElementCount > 50) this.#transcript.firstElementChild.remove();
    this.#sentence = [];
    this.#announce("sentence", { text, cut });
  }

  #clearLine() {
    this.#line.replaceChildren();
    this.#length = 0;
  }
}

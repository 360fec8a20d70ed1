// Marking a face on a picture by hand: a rectangle, two eyes and the mouth, with mouse, finger or keys.

import { make } from "./workshop.js";

const SVG = "http://www.w3.org/2000/svg";
// Where eyes and mouth lie in a rectangle from brow to chin, as the bake guesses them.
const EYES = [
  [0.3, 0.33, 0.1, 0.07],
  [0.7, 0.33, 0.1, 0.07],
];
const MOUTH = [
  [0.34, 0.74],
  [0.66, 0.74],
];
const KINDS = [
  ["animal", "An animal"],
  ["drawing", "A drawing"],
  ["photo", "A person"],
];
const REACH = 15; // of a grip, in pixels of the screen

// Lets the user mark the face in a picture. Resolves to `{ marks, style }`, or null if they gave up.
export function markFace(place, source, { title }) {
  return new Promise((resolve) => {
    const image = make("img", { src: source, alt: `The picture ${title}`, draggable: false });
    const editor = new Editor(image);
    const kind = make("select", {}, ...KINDS.map(([value, text]) => make("option", { value }, text)));
    const finish = (answer) => {
      editor.close();
      box.remove();
      resolve(answer);
    };
    const done = make("button.strong", {
      type: "button",
      onclick: () => finish({ marks: editor.marks(), style: kind.value }),
    }, "Make the avatar");
    const cancel = make("button.action", { type: "button", onclick: () => finish(null) }, "Give up");
    const box = make(
      "section.marking",
      { "aria-label": "Mark the face" },
      make("h3", {}, "Where is the face?"),
      make(
        "p.hint",
        {},
        "None was found in this picture. Put the frame from brow to chin, the ovals on the eyes, the dots on the corners of the mouth.",
      ),
      make("div.picture", {}, image, editor.svg),
      make("p.hint.keys", {}, "With keys: Tab to a mark, arrows move it (Shift: further), + and − change its size."),
      make("label.row", {}, "It shows", kind),
      make("div.row.end", {}, cancel, done),
      editor.voice,
    );
    place.append(box);
    image.addEventListener("load", () => editor.open(), { once: true });
    image.addEventListener("error", () => finish(null), { once: true });
    box.scrollIntoView({ block: "nearest" });
  });
}

class Editor {
  constructor(image) {
    this.image = image;
    this.svg = document.createElementNS(SVG, "svg");
    this.voice = make("p.unseen", { "aria-live": "polite" });
    this.touched = { eyes: false, mouth: false };
    this.watch = new ResizeObserver(() => this.#draw());
  }

  // The picture is there: put the marks where a face most likely is.
  open() {
    const { naturalWidth: width, naturalHeight: height } = this.image;
    this.width = width;
    this.height = height;
    const side = Math.min(width, height) * 0.5;
    this.face = { x: (width - side * 0.86) / 2, y: Math.max(0, (height - side) * 0.45), width: side * 0.86, height: side };
    this.#guess();
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#build();
    this.watch.observe(this.image);
    this.frame.focus({ preventScroll: true });
  }

  close() {
    this.watch.disconnect();
  }

  // What is marked, in pixels of the picture; what was not touched is left to the bake to find or guess.
  marks() {
    const { x, y, width, height } = this.face;
    const round = (numbers) => numbers.map((number) => Math.round(number * 10) / 10);
    return {
      face: round([x, y, width, height]),
      eyes: this.touched.eyes ? round(this.eyes.flatMap((eye) => [eye.x, eye.y, eye.rx, eye.ry])) : null,
      mouth: this.touched.mouth ? round(this.mouth.flatMap((corner) => [corner.x, corner.y])) : null,
    };
  }

  #guess() {
    const { x, y, width, height } = this.face;
    if (!this.touched.eyes) {
      this.eyes = EYES.map((eye) => ({ x: x + eye[0] * width, y: y + eye[1] * height, rx: eye[2] * width, ry: eye[3] * height }));
    }
    if (!this.touched.mouth) this.mouth = MOUTH.map((corner) => ({ x: x + corner[0] * width, y: y + corner[1] * height }));
  }

  #build() {
    this.frame = this.#mark("rect", "Face: a frame from brow to chin", {
      move: (dx, dy) => this.#moveFace(dx, dy),
      grow: (factor) => this.#growFace(factor),
    });
    this.corners = ["nw", "ne", "sw", "se"].map((name) => this.#grip((dx, dy) => this.#dragCorner(name, dx, dy), `${name}-resize`));
    // Below the ovals: who takes hold of a small eye wants to move it.
    this.eyeGrips = [0, 1].map((side) =>
      this.#grip((dx, dy) => {
        const eye = this.eyes[side];
        this.#sizeEye(side, (eye.rx + dx) / eye.rx, (eye.ry + dy) / eye.ry);
      }, "nwse-resize"),
    );
    this.ovals = ["Left eye", "Right eye"].map((name, side) =>
      this.#mark("ellipse", `${name} in the picture`, {
        move: (dx, dy) => this.#moveEye(side, dx, dy),
        grow: (factor) => this.#sizeEye(side, factor, factor),
      }),
    );
    this.line = this.svg.appendChild(document.createElementNS(SVG, "line"));
    this.dots = ["Left", "Right"].map((name, side) =>
      this.#mark("circle", `${name} corner of the mouth in the picture`, {
        move: (dx, dy) => this.#moveMouth(side, dx, dy),
        grow: () => {},
      }),
    );
    this.#draw();
  }

  // A shape that can be dragged, and reached and moved with the keyboard.
  #mark(kind, label, { move, grow }) {
    const shape = document.createElementNS(SVG, kind);
    shape.classList.add("mark");
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-roledescription", "movable mark");
    shape.setAttribute("aria-label", label);
    shape.addEventListener("keydown", (event) => {
      const step = (Math.max(this.width, this.height) / 200) * (event.shiftKey ? 8 : 1);
      const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (ways[event.key]) move(...ways[event.key]);
      else if (event.key === "+" || event.key === "=") grow(1.04);
      else if (event.key === "-" || event.key === "_") grow(1 / 1.04);
      else return;
      event.preventDefault();
      event.stopPropagation();
      this.#draw();
      const box = shape.getBBox();
      this.voice.textContent = `${Math.round(box.x + box.width / 2)}, ${Math.round(box.y + box.height / 2)}`;
    });
    this.#draggable(shape, move);
    return this.svg.appendChild(shape);
  }

  #grip(move, cursor) {
    const grip = document.createElementNS(SVG, "circle");
    grip.classList.add("grip");
    grip.style.cursor = cursor;
    this.#draggable(grip, move);
    return this.svg.appendChild(grip);
  }

  #draggable(shape, move) {
    let last = null;
    shape.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      shape.setPointerCapture(event.pointerId);
      last = [event.clientX, event.clientY];
      event.stopPropagation();
    });
    shape.addEventListener("pointermove", (event) => {
      if (!last) return;
      const scale = this.#scale();
      move((event.clientX - last[0]) * scale, (event.clientY - last[1]) * scale);
      last = [event.clientX, event.clientY];
      this.#draw();
    });
    const end = () => (last = null);
    shape.addEventListener("pointerup", end);
    shape.addEventListener("pointercancel", end);
  }

  #moveFace(dx, dy) {
    this.face.x = between(this.face.x + dx, 0, this.width - this.face.width);
    this.face.y = between(this.face.y + dy, 0, this.height - this.face.height);
    this.#guess();
  }

  #growFace(factor) {
    const { x, y, width, height } = this.face;
    const least = 24 / Math.min(width, height);
    const most = Math.min(this.width / width, this.height / height);
    const by = between(factor, least, most);
    this.face.width = width * by;
    this.face.height = height * by;
    this.face.x = between(x + (width - this.face.width) / 2, 0, this.width - this.face.width);
    this.face.y = between(y + (height - this.face.height) / 2, 0, this.height - this.face.height);
    this.#guess();
  }

  #dragCorner(name, dx, dy) {
    const { face } = this;
    let [left, top, right, bottom] = [face.x, face.y, face.x + face.width, face.y + face.height];
    if (name.includes("w")) left = between(left + dx, 0, right - 24);
    else right = between(right + dx, left + 24, this.width);
    if (name.includes("n")) top = between(top + dy, 0, bottom - 24);
    else bottom = between(bottom + dy, top + 24, this.height);
    this.face = { x: left, y: top, width: right - left, height: bottom - top };
    this.#guess();
  }

  #moveEye(side, dx, dy) {
    const eye = this.eyes[side];
    eye.x = between(eye.x + dx, 0, this.width);
    eye.y = between(eye.y + dy, 0, this.height);
    this.touched.eyes = true;
  }

  #sizeEye(side, across, down) {
    const eye = this.eyes[side];
    eye.rx = between(eye.rx * across, 3, this.width / 4);
    eye.ry = between(eye.ry * down, 2, this.height / 4);
    this.touched.eyes = true;
  }

  #moveMouth(side, dx, dy) {
    const corner = this.mouth[side];
    corner.x = between(corner.x + dx, 0, this.width);
    corner.y = between(corner.y + dy, 0, this.height);
    this.touched.mouth = true;
  }

  // Pixels of the picture for one of the screen.
  #scale() {
    return this.width / Math.max(1, this.image.clientWidth);
  }

  #draw() {
    if (!this.frame) return;
    const scale = this.#scale();
    this.svg.style.setProperty("--line", `${2 * scale}px`);
    const { x, y, width, height } = this.face;
    set(this.frame, { x, y, width, height, rx: 10 * scale });
    const ends = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]];
    this.corners.forEach((grip, i) => set(grip, { cx: ends[i][0], cy: ends[i][1], r: REACH * 0.5 * scale }));
    this.eyes.forEach((eye, i) => {
      set(this.ovals[i], { cx: eye.x, cy: eye.y, rx: eye.rx, ry: eye.ry });
      const away = 8 * scale; // beside the oval, however small that is
      set(this.eyeGrips[i], { cx: eye.x + eye.rx * 0.71 + away, cy: eye.y + eye.ry * 0.71 + away, r: REACH * 0.36 * scale });
    });
    const [left, right] = this.mouth;
    set(this.line, { x1: left.x, y1: left.y, x2: right.x, y2: right.y });
    this.mouth.forEach((corner, i) => set(this.dots[i], { cx: corner.x, cy: corner.y, r: REACH * 0.5 * scale }));
  }
}

function between(value, least, most) {
  return Math.min(Math.max(value, least), Math.max(least, most));
}

function set(shape, attributes) {
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
}

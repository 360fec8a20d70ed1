// What the tabs Render and Avatars share: asking the server, sending files, making elements, short notes.

const here = (path) => new URL(path, document.baseURI).href;

export class Refusal extends Error {}

// Returns what the server answers as JSON. Throws a Refusal with its one line if it says no.
export async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  if (body !== undefined) options.headers = { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(address(path), options);
  } catch {
    throw new Refusal("The program does not answer. Is it still running?");
  }
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(content.error ?? `That did not work (${answer.status}).`);
  return content;
}

// The address of something of the workshop.
export function address(path) {
  return here(`workshop/${path}`);
}

export class Cancelled extends Error {}

// Sends a file and returns how to speak of it. `progress` is told the share that is sent, 0 to 1.
export function send(file, progress = () => {}, signal = undefined) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file, file.name);
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onerror = () => reject(new Refusal("The file could not be sent."));
    request.onabort = () => reject(new Cancelled());
    request.onload = () => {
      if (request.status === 413) return reject(new Refusal(`${file.name} is larger than the page takes.`));
      if (request.status !== 200) return reject(new Refusal(`${file.name} could not be sent.`));
      resolve({ path: JSON.parse(request.responseText)[0], orig_name: file.name });
    };
    signal?.addEventListener("abort", () => request.abort());
    request.open("POST", here("gradio_api/upload"));
    request.send(form);
  });
}

// make("p.note", { title: "…", onclick: … }, "text", another)
export function make(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag || "div");
  element.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && !name.startsWith("aria")) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SHAPES = {
  add: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6L6 18",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  download: "M12 4v11m0 0l-4.5-4.5M12 15l4.5-4.5M5 19.5h14",
  remove: "M5 7h14M10 7V4.5h4V7m-7.5 0l.8 12.5h9.4L17.500 7",
  rename: "M4.500 19.500l1-4L16 5l3 3L8.500 18.500z",
  film: "M4 6.500h16v11H4zM8.500 6.500v11m7-11v11M4 12h4.500m7 0H20",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

// A progress bar with a name; call `show(share)`, null where it cannot be told.
export function bar(label) {
  const fill = make("i");
  const element = make("div.bar", { role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  element.show = (share) => {
    element.classList.toggle("unknown", share === null);
    if (share === null) return element.removeAttribute("aria-valuenow");
    element.setAttribute("aria-valuenow", Math.round(share * 100));
    fill.style.width = `${share * 100}%`;
  };
  return element;
}

// One line at the foot of a panel, read out too; with an action it stays longer.
export class Notes {
  constructor(root) {
    this.place = make("div.notes", { role: "status", "aria-live": "polite" });
    root.append(this.place);
  }

  say(text, { bad = false, action = null, seconds = action ? 15 : bad ? 9 : 5 } = {}) {
    const note = make("div.note", {}, make("span", {}, text));
    note.classList.toggle("bad", bad);
    const end = () => note.remove();
    if (action) note.append(make("button.bare", { type: "button", onclick: () => (end(), action.run()) }, action.name));
    note.append(make("button.bare.round", { type: "button", "aria-label": "Dismiss", onclick: end }, icon("close")));
    this.place.replaceChildren(note);
    // What somebody points at or has come to with the keyboard stays.
    const heeded = () => note.matches(":hover, :focus-within");
    const look = () => (heeded() ? (this.timer = setTimeout(look, 1000)) : end());
    clearTimeout(this.timer);
    this.timer = setTimeout(look, seconds * 1000);
  }

  problem(error) {
    if (!(error instanceof Refusal)) console.error(error);
    this.say(error instanceof Refusal ? error.message : "Something went wrong in the page.", { bad: true });
  }
}

const STYLES = ["workshop.css", "orders.css", "avatars.css", "touch.css"]; // later ones overrule

// Makes a panel in an element of Gradio's: with its styles, told when it can be seen and when it is gone.
export function panel(element, name) {
  for (const address of STYLES.map((style) => here(`page/${style}`))) {
    if (document.querySelector(`link[href="${address}"]`)) continue;
    document.head.append(make("link", { rel: "stylesheet", href: address }));
  }
  const root = make(`section.workshop.${name}`);
  element.replaceChildren(root);
  return root;
}

// Calls `work` again and again while the element can be seen; `work` returns how many milliseconds to wait.
export function whileSeen(element, work) {
  let timer = 0;
  let busy = false;
  const go = async () => {
    clearTimeout(timer);
    if (busy || !element.isConnected || !seen()) return;
    busy = true;
    const wait = await work().catch(() => 4000);
    busy = false;
    timer = setTimeout(go, wait);
  };
  const seen = () => document.visibilityState === "visible" && element.checkVisibility();
  new IntersectionObserver(() => go()).observe(element);
  document.addEventListener("visibilitychange", go);
  go();
  return go;
}

// Lets files be dropped on an element, and shows that they may be.
export function takeDrops(element, take) {
  let depth = 0;
  const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    element.classList.toggle("dropping", depth > 0);
  };
  element.addEventListener("dragenter", (event) => carries(event) && (event.preventDefault(), mark(1)));
  element.addEventListener("dragleave", (event) => carries(event) && mark(-1));
  element.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  element.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    depth = 0;
    mark(0);
    take([...event.dataTransfer.files]);
  });
}

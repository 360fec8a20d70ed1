// The tab Render: the form, and the list of videos: what waits, what is being rendered, and what is done.

import { RenderForm } from "./render-form.js";
import { Notes, address, ask, bar, icon, make, panel, whileSeen } from "./workshop.js";

// `sizes` are the sizes to choose from, as [value, text].
export function mount(element, sizes) {
  const root = panel(element, "orders");
  const list = make("ul.films", { "aria-label": "Videos" });
  const empty = make("p.empty", {}, icon("film"), "Your videos will be listed here.");
  const all = make("a.action", { href: address("orders.zip"), download: "videos.zip" }, icon("download"), "All as a zip");
  const clear = make("button.action", { type: "button", onclick: () => change("orders/clear") }, icon("remove"), "Clear");
  const tools = make("div.tools", {}, all, clear);
  const heading = make("h3", {}, "Videos");
  const videos = make("div.videos", {}, make("header", {}, heading, tools), empty, list);
  const notes = new Notes(root);
  const form = new RenderForm(root, notes, sizes, () => refresh());
  root.append(videos, notes.place);
  const rows = new Map();

  const refresh = whileSeen(root, async () => {
    const { orders } = await ask("orders");
    show(orders);
    return orders.some((order) => !over(order)) ? 400 : 4000;
  });
  whileSeen(form.people, async () => {
    form.offer(await ask("avatars"));
    return 5000;
  });

  async function change(path) {
    try {
      show((await ask(path, {})).orders);
      refresh();
    } catch (error) {
      notes.problem(error);
    }
  }

  function show(orders) {
    const wanted = new Set(orders.map((order) => order.id));
    for (const [id, row] of rows) if (!wanted.has(id)) row.remove(), rows.delete(id);
    for (const order of orders) {
      if (!rows.has(order.id)) {
        rows.set(order.id, new Row(order, change));
        list.prepend(rows.get(order.id).element);
      }
      rows.get(order.id).show(order);
    }
    const done = orders.filter((order) => order.state === "done").length;
    const ended = orders.filter(over).length;
    empty.hidden = orders.length > 0;
    tools.hidden = ended === 0;
    all.hidden = done < 2;
  }
}

const over = (order) => !["waiting", "working"].includes(order.state);

class Row {
  constructor(order, change) {
    this.bar = bar(`${order.title}, rendering`);
    this.says = make("span.says");
    this.buttons = make("span.buttons");
    this.title = make("span.title", { title: order.title }, order.title);
    this.facts = make("span.facts");
    this.element = make(
      "li.order",
      {},
      make("div.head", {}, this.title, this.facts),
      this.bar,
      make("div.foot", {}, this.says, this.buttons),
    );
    this.change = change;
    this.video = null;
  }

  remove() {
    this.element.remove();
  }

  show(order) {
    this.facts.textContent = [order.avatar, order.size, order.transparent ? "transparent" : null].filter(Boolean).join(" · ");
    this.bar.hidden = over(order);
    this.bar.show(order.state === "waiting" ? 0 : order.share);
    this.says.textContent = sentence(order);
    if (this.state === order.state) return;
    this.state = order.state;
    this.element.dataset.state = order.state;
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...this.#actions(order));
    if (hadFocus) this.buttons.querySelector("button, a")?.focus();
  }

  #actions(order) {
    const path = `orders/${order.id}`;
    if (!over(order)) {
      return [button("close", "Cancel", order, () => this.change(`${path}/cancel`))];
    }
    const remove = button("remove", "Remove", order, () => this.change(`${path}/remove`), true);
    if (order.state !== "done") return [remove];
    const play = button("play", "Play", order, () => this.#play(order, play));
    const fetchIt = make(
      "a.action",
      { href: address(`${path}/video?download`), download: order.file_name, "aria-label": `Download ${order.title}` },
      icon("download"),
      "Download",
    );
    return [play, fetchIt, remove];
  }

  #play(order, play) {
    if (this.video) {
      this.video.remove();
      this.video = null;
    } else {
      const source = address(`orders/${order.id}/video`);
      this.video = make("video.preview", { src: source, controls: true, autoplay: true, playsInline: true });
      this.video.setAttribute("aria-label", `The video ${order.title}`);
      this.video.classList.toggle("transparent", order.transparent);
      this.element.append(this.video);
    }
    play.replaceChildren(icon(this.video ? "close" : "play"), this.video ? "Close" : "Play");
    play.setAttribute("aria-expanded", String(this.video !== null));
  }
}

function button(shape, name, order, onclick, quiet = false) {
  const text = quiet ? [] : [name];
  const made = make("button.action", { type: "button", onclick, title: quiet ? name : "" }, icon(shape), ...text);
  made.setAttribute("aria-label", `${name} ${order.title}`);
  return made;
}

function sentence(order) {
  switch (order.state) {
    case "waiting":
      return order.ahead ? `Waits for ${order.ahead} more` : "Waits for its turn";
    case "working":
      return `${Math.floor(order.share * 100)} %${order.seconds_left === null ? "" : ` · ${left(order.seconds_left)} left`}`;
    case "done": {
      const speed = order.seconds / order.took;
      const size = order.bytes >= 1e6 ? `${(order.bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(order.bytes / 1e3)} kB`;
      const cut = order.cut ? " · the first hour of it" : "";
      return `${length(order.seconds)} · ${size} · ${speed.toFixed(1)} × real time${cut}`;
    }
    case "cancelled":
      return "Cancelled";
    default:
      return order.error;
  }
}

function left(seconds) {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function length(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

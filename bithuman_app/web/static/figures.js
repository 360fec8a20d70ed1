// Frames a second, delays and losses, for those who want to know.

const EVERY_MS = 500;

export class Figures {
  #stage;
  #element;
  #button;
  #drawn = 0;
  #since = 0;

  constructor(stage) {
    this.#stage = stage;
  }

  toggle() {
    const root = this.#stage.panels.root;
    this.#element ??= root.querySelector(".figures");
    this.#button ??= root.querySelector('[data-action="figures"]');
    this.#element.hidden = !this.#element.hidden;
    this.#button.setAttribute("aria-pressed", !this.#element.hidden);
  }

  frame() {
    const now = performance.now();
    if (!this.#element || this.#element.hidden || now - this.#since < EVERY_MS) return;
    const { screen, player, connection } = this.#stage;
    const seconds = (now - this.#since) / 1000;
    const rate = seconds < 2 ? ((screen.drawn - this.#drawn) / seconds).toFixed(0) : "–";
    this.#since = now;
    this.#drawn = screen.drawn;
    const trip = connection.roundTripMs;
    const output = (player.context?.outputLatency ?? 0) * 1000;
    this.#show([
      ["Pictures", `${rate} a second`],
      ["Buffer", `${player.bufferedMs.toFixed(0)} ms`],
      ["Round trip", trip === null ? "–" : `${trip.toFixed(0)} ms`],
      ["Sound device", player.audible ? `${output.toFixed(0)} ms` : "silent"],
      ["Left out", `${screen.dropped}`],
      ["Gaps", `${player.underruns}`],
    ]);
  }

  #show(rows) {
    const cells = rows.flatMap(([name, value]) => {
      const [term, figure] = [document.createElement("dt"), document.createElement("dd")];
      term.textContent = name;
      figure.textContent = value;
      return [term, figure];
    });
    this.#element.replaceChildren(...cells);
  }
}

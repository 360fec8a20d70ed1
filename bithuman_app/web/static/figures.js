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
    const figures = {
      fps: seconds < 2 ? Math.round((screen.drawn - this.#drawn) / seconds) : null,
      bufferMs: Math.round(player.bufferedMs),
      roundTripMs: connection.roundTripMs === null ? null : Math.round(connection.roundTripMs),
      deviceMs: player.audible ? Math.round((player.context.outputLatency ?? 0) * 1000) : null,
      leftOut: screen.dropped,
      gaps: player.underruns,
    };
    this.#since = now;
    this.#drawn = screen.drawn;
    const ms = (value) => (value === null ? "–" : `${value} ms`);
    this.#show([
      ["Pictures", figures.fps === null ? "–" : `${figures.fps} a second`],
      ["Buffer", ms(figures.bufferMs)],
      ["Round trip", ms(figures.roundTripMs)],
      ["Sound device", figures.deviceMs === null ? "silent" : ms(figures.deviceMs)],
      ["Left out", `${figures.leftOut}`],
      ["Gaps", `${figures.gaps}`],
    ]);
    this.#stage.announce("figures", figures);
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

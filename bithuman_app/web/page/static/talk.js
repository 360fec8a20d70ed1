// The controls of the tab "Talk" show how the stage is, and ask it for what is wanted.

const TEXTS = {
  closed: "The microphone is closed.",
  open: "Speak: the avatar says it.",
  holding: "Speak, and let go when you are done.",
  waiting: "Connecting…",
};

export function start(element) {
  const { stage } = window;
  const find = (selector) => element.querySelector(selector);
  const talk = find('[data-do="talk"]');
  const hold = find('[data-do="hold"]');
  const sensitivity = find('[data-do="sensitivity"]');
  const echo = find('[data-do="echo"]');
  const meter = find(".meter");

  talk.addEventListener("click", () => stage.toggleMicrophone());
  sensitivity.addEventListener("input", () => stage.setSensitivity(sensitivity.value / 100));
  echo.addEventListener("change", () => stage.setEcho(echo.checked));

  hold.addEventListener("pointerdown", (event) => {
    hold.setPointerCapture(event.pointerId);
    stage.hold();
  });
  for (const end of ["pointerup", "pointercancel", "blur"]) hold.addEventListener(end, () => stage.release());
  const isPress = ({ key }) => key === " " || key === "Enter";
  hold.addEventListener("keydown", (event) => {
    if (!isPress(event)) return;
    event.preventDefault();
    if (!event.repeat) stage.hold();
  });
  hold.addEventListener("keyup", (event) => isPress(event) && stage.release());

  sensitivity.disabled = echo.disabled = false; // until now nobody would have heeded them
  const show = () => {
    const { connected, microphone, holding } = stage.status;
    const open = microphone && !holding;
    talk.disabled = hold.disabled = !connected;
    talk.setAttribute("aria-pressed", open);
    talk.querySelector("span").textContent = open ? "Stop talking" : "Start talking";
    hold.setAttribute("aria-pressed", holding);
    hold.disabled ||= open;
    sensitivity.value = Math.round(stage.status.sensitivity * 100);
    echo.checked = stage.status.echo;
    const state = !connected ? "waiting" : holding ? "holding" : open ? "open" : "closed";
    find('[data-show="said"]').textContent = TEXTS[state];
  };
  const level = (value) => {
    meter.style.setProperty("--level", value.toFixed(3));
    meter.setAttribute("aria-valuenow", Math.round(value * 100));
  };
  const ends = [
    stage.on("change", show),
    stage.on("level", (detail) => element.isConnected ? level(detail.level) : ends.forEach((end) => end())),
  ];
  show();
}

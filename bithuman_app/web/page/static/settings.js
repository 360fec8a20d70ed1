// The browser's microphones and loudspeakers, for the tab "Settings".

export function start(element) {
  const { stage } = window;
  const find = (selector) => element.querySelector(selector);
  const microphone = find('[data-do="microphone"]');
  const loudspeaker = find('[data-do="loudspeaker"]');
  const allow = find('[data-do="allow"]');
  const said = find('[data-show="devices"]');

  const fill = (select, devices, chosen) => {
    const options = [["", "The system's choice"], ...devices.map(({ id, label }, at) => [id, label || `Device ${at + 1}`])];
    select.replaceChildren(...options.map(([id, label]) => new Option(label, id, false, id === chosen)));
    select.disabled = devices.length === 0;
  };
  const show = async () => {
    const { microphones, loudspeakers } = await stage.devices();
    fill(microphone, microphones, stage.status.chosenMicrophone);
    fill(loudspeaker, loudspeakers, stage.status.chosenLoudspeaker);
    const named = [...microphones, ...loudspeakers].some(({ label }) => label);
    allow.hidden = named || microphones.length === 0;
    said.textContent = named
      ? "The browser remembers them for this page."
      : microphones.length
        ? "Browsers tell the names of devices once the microphone was allowed."
        : "This browser has no microphone.";
  };
  const tell = (problem) => (said.textContent = problem.message);

  microphone.addEventListener("change", () => stage.chooseMicrophone(microphone.value).catch(tell));
  loudspeaker.addEventListener("change", () => stage.chooseLoudspeaker(loudspeaker.value).catch(tell));
  allow.addEventListener("click", async () => {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      stream.getTracks().forEach((track) => track.stop());
      await show();
    } catch {
      said.textContent = "The browser does not allow the microphone.";
    }
  });
  navigator.mediaDevices?.addEventListener("devicechange", show);
  show();
}

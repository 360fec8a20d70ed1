// The stage's markup. Texts from outside are put in later, and never as markup.
// What is marked "page-has" is left out where the page around has it in its own way (compact controls).

const ICONS = {
  microphone: '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>',
  hold: '<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5V4.5a1.5 1.5 0 0 1 3 0V11M14 11V6.5a1.5 1.5 0 0 1 3 0V15a6 6 0 0 1-6 6c-2.6 0-3.9-1-5.2-3.2L3.9 14a1.5 1.5 0 0 1 2.5-1.6L8 14.5"/>',
  stop: '<rect x="6" y="6" width="12" height="12" rx="2.5" fill="currentColor"/>',
  sound: '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="M15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"/>',
  muted: '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="m16 9.5 5 5m0-5-5 5"/>',
  play: '<path d="M8 5.5v13l10.5-6.5z" fill="currentColor"/>',
  file: '<path d="M12 15.5v-11m0 0L7.5 9M12 4.5 16.5 9M4.5 15v3a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-3"/>',
  mood: '<circle cx="12" cy="12" r="8.5"/><path d="M8.5 14c1.2 2.4 5.8 2.4 7 0M9 9.5v.5M15 9.5v.5"/>',
  snapshot: '<path d="M4 8.5a2 2 0 0 1 2-2h2l1.2-2h5.6l1.2 2h2a2 2 0 0 1 2 2V17a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2z"/><circle cx="12" cy="12.7" r="3.4"/>',
  record: '<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="3.6" fill="currentColor"/>',
  pip: '<rect x="3.5" y="5" width="17" height="14" rx="2.5"/><rect x="11.5" y="11.5" width="6.5" height="5" rx="1" fill="currentColor"/>',
  fullscreen: '<path d="M4.5 9V6.5a2 2 0 0 1 2-2H9M15 4.5h2.5a2 2 0 0 1 2 2V9M19.5 15v2.5a2 2 0 0 1-2 2H15M9 19.5H6.5a2 2 0 0 1-2-2V15"/>',
  figures: '<path d="M4.5 19.5h15M7 16v-4M12 16V5.5M17 16V9"/>',
  help: '<path d="M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1-1.4 2.1M12 17.5v.1"/><circle cx="12" cy="12" r="8.5"/>',
};

function icon(name) {
  return `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[name]}</svg>`;
}

function button(action, name, label, key, attributes = "") {
  const keys = key ? ` aria-keyshortcuts="${key}"` : "";
  const hint = key ? `${label} (${key})` : label;
  return `<button type="button" data-action="${action}" aria-label="${label}" title="${hint}"${keys} ${attributes}>${icon(name)}</button>`;
}

export const SHORTCUTS = [
  ["V", "Speak with your own voice, or stop that"],
  ["T", "Hold to talk"],
  ["S or Esc", "Silence"],
  ["X", "Play the sample"],
  ["O", "Play a sound file"],
  ["M", "Mute"],
  ["↑ ↓", "Volume"],
  ["A", "Avatars"],
  ["G", "Gestures and moods"],
  ["C", "Take a picture"],
  ["R", "Record, or stop recording"],
  ["P", "Picture in picture"],
  ["F", "Full screen"],
  ["I", "Figures"],
  ["?", "These keys"],
];

export const TEMPLATE = `
<div class="stage" data-state="idle" data-connected="no" data-empty="yes">
  <div class="backdrop" aria-hidden="true"><canvas width="8" height="8"></canvas></div>
  <header>
    <p class="pill" role="status"><span class="dot"></span><span class="state">Connecting</span></p>
    <p class="recording" hidden><span class="dot"></span>Recording</p>
    <button type="button" class="elsewhere" data-action="take" title="Let the sound come from here" hidden>${icon("sound")}<span>Sound comes from the window</span></button>
    <span class="space"></span>
    <div class="tools" role="toolbar" aria-label="View">
      ${button("snapshot", "snapshot", "Take a picture", "C")}
      ${button("record", "record", "Record", "R", 'aria-pressed="false"')}
      ${button("pip", "pip", "Picture in picture", "P", 'aria-pressed="false"')}
      ${button("figures", "figures", "Figures", "I", 'aria-pressed="false"')}
      ${button("fullscreen", "fullscreen", "Full screen", "F", 'aria-pressed="false"')}
      ${button("help", "help", "Keys", "?")}
    </div>
  </header>
  <div class="screen">
    <div class="frame">
      <canvas class="picture" width="512" height="512" role="img" aria-label="The avatar"></canvas>
      <p class="line" aria-hidden="true"><span></span></p>
      <dl class="figures" hidden></dl>
    </div>
    <div class="notices" role="status"></div>
  </div>
  <footer>
    <div class="options" hidden>
      <span class="meter" role="meter" aria-label="Microphone level" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0"><span></span></span>
      <label class="page-has"><input type="checkbox" name="echo" /> Let everybody hear my voice</label>
    </div>
    <div class="dock" role="toolbar" aria-label="Controls">
      <button type="button" class="who page-has" data-action="avatars" aria-label="Choose an avatar" title="Avatars (A)" aria-haspopup="true" aria-expanded="false" aria-keyshortcuts="A"><img alt="" /></button>
      ${button("moods", "mood", "Gestures and moods", "G", 'aria-haspopup="true" aria-expanded="false"')}
      <span class="bar page-has"></span>
      ${button("sample", "play", "Play the sample", "X", 'class="page-has"')}
      ${button("file", "file", "Play a sound file", "O", 'class="page-has"')}
      ${button("microphone", "microphone", "Speak with your own voice", "V", 'class="main" aria-pressed="false"')}
      ${button("hold", "hold", "Hold to talk", "T", 'class="page-has" aria-pressed="false"')}
      ${button("stop", "stop", "Silence", "S")}
      <span class="bar"></span>
      <button type="button" data-action="mute" aria-label="Mute" title="Mute (M)" aria-pressed="false" aria-keyshortcuts="M"><span class="when-loud">${icon("sound")}</span><span class="when-muted">${icon("muted")}</span></button>
      <input class="volume" type="range" min="0" max="100" value="100" aria-label="Volume" />
    </div>
  </footer>
  <div class="panel avatars" role="group" aria-label="Avatars" hidden></div>
  <div class="panel moods" role="group" aria-label="Gestures and moods" hidden>
    <h2>Gestures</h2><div class="gestures"></div>
    <h2>Moods</h2><div class="emotions"></div>
  </div>
  <dialog aria-label="Keys"><h2>Keys</h2><dl>${SHORTCUTS.map(([key, text]) => `<div><dt>${key}</dt><dd>${text}</dd></div>`).join("")}</dl>
    <form method="dialog"><button>Close</button></form></dialog>
  <div class="drop" aria-hidden="true"><p>Drop a sound file: it plays at once</p></div>
  <input class="chooser" type="file" accept="audio/*,video/*" hidden aria-label="Sound file" />
  <div class="transcript hidden-text" role="log" aria-live="polite" aria-label="What was said"></div>
</div>`;

// Pictures of gestures and moods, drawn with the same pen as the other buttons.

const HEAD = '<circle cx="12" cy="12" r="9"/>';
const EYES = '<path d="M9 9.6v.6M15 9.6v.6"/>';
const face = (rest, eyes = EYES) => HEAD + eyes + rest;

const DRAWINGS = {
  nod: '<circle cx="12" cy="12" r="5.5"/><path d="M12 1.8v2.4m0 15.6v2.4M10 3.4l2-1.8 2 1.8M10 20.6l2 1.8 2-1.8"/>',
  shake: '<circle cx="12" cy="12" r="5.5"/><path d="M1.8 12h2.4m15.6 0h2.4M3.4 10l-1.8 2 1.8 2M20.6 10l1.8 2-1.8 2"/>',
  tilt: '<g transform="rotate(24 12 12)"><path d="M9 9.6v.6M15 9.6v.6M9 15h6"/><rect x="4.5" y="3" width="15" height="18" rx="7.5"/></g>',
  smile: face('<path d="M8 14c1.3 2.6 6.7 2.6 8 0"/>'),
  laugh: face('<path d="M7.5 13h9c0 5-9 5-9 0z" fill="currentColor"/>', '<path d="m8 10 1.2-1 1.2 1M13.6 10l1.2-1 1.2 1"/>'),
  surprise: face('<circle cx="12" cy="15.2" r="2"/><path d="M7.8 7.2q1-.9 2.2-.4M16.2 7.2q-1-.9-2.2-.4"/>'),
  wink: face('<path d="M8 14c1.3 2.6 6.7 2.6 8 0"/>', '<path d="M9 9.6v.6M13.6 10h2.8"/>'),
  look_around: '<ellipse cx="7.5" cy="12" rx="4.2" ry="5.4"/><ellipse cx="16.5" cy="12" rx="4.2" ry="5.4"/><path d="M9.4 11.5v1M18.4 11.5v1" stroke-width="3"/>',
  greet: '<path d="M7.5 12V7.2a1.4 1.4 0 0 1 2.8 0V11M10.3 10.5V5.4a1.4 1.4 0 0 1 2.8 0V11M13.1 11V6.4a1.4 1.4 0 0 1 2.8 0v8.2c0 3.6-2.4 6-5.4 6-2.4 0-3.6-.9-4.8-2.9l-2-3.5a1.4 1.4 0 0 1 2.4-1.4l1.4 1.7"/><path d="M18.6 4.2a6 6 0 0 1 1.9 3.4M3.4 8.8a6 6 0 0 1 1-3.4"/>',
  neutral: face('<path d="M8.5 14.8h7"/>'),
  joy: face('<path d="M7.6 13.2c1.4 3.8 7.4 3.8 8.8 0z"/>', '<path d="M8 10q1-1.4 2 0M14 10q1-1.4 2 0"/>'),
  sadness: face('<path d="M8.5 16.2c1.2-2 5.8-2 7 0M7.6 8.2l2-.8M16.4 8.2l-2-.8"/>'),
  anger: face('<path d="M8.5 16c1.2-1.6 5.8-1.6 7 0M7.6 7.6l2.6 1.3M16.4 7.6l-2.6 1.3"/>', '<path d="M9.3 10.4v.4M14.7 10.4v.4"/>'),
  fear: face('<path d="M8.4 15.8q.9-1.4 1.8 0t1.8 0 1.8 0 1.8 0M7.4 8.2l2.2-1M16.6 8.2l-2.2-1"/>'),
  disgust: face('<path d="M8.4 15.6c1.4-1.8 3-.2 4.2-1s2-.6 3 .4M8 8.6l2.2.8M16 8.6l-2.2.8"/>', '<path d="M9.2 10.8h.6M14.2 10.8h.6"/>'),
}; // prettier-ignore

export function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = DRAWINGS[name] ?? HEAD;
  return svg;
}

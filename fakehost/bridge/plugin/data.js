// What the host told this frame: the JSON text in window.name. A frame without it gets an AP with the
// built-in functions alone (simple-xdm 2.3.3, src/plugin/ap.js).

const given = readName();
const options = given.options || {};

function readName() {
  try {
    const data = JSON.parse(window.name);
    return data !== null && typeof data === 'object' ? data : {};
  } catch (error) {
    return {};
  }
}

// The parent made this frame. Calls go to the top, unless the host said how many steps up it is. There is
// no parent any more once the host has said that this frame was tampered with.
let parentFrame = window.parent;
const hostOrigin = options.hostOrigin || '*';
let topHost = frameAbove(options.hostFrameOffset);
const isSubFrame = topHost !== window.parent;

function frameAbove(steps) {
  if (typeof steps !== 'number' || !steps) {
    return window.top;
  }
  let frame = window;
  for (let i = 0; i < steps; i += 1) {
    frame = frame.parent;
  }
  return frame;
}

function warn(text) {
  console.warn(`[standin] ${text}`);
}

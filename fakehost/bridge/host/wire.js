// The wire of the product page. A message that fails a check changes nothing and is noted as refused; one
// that breaks its handler is told of on the console, and the next is taken.

// The ids of extensions whose iframe has left the page.
const endedExtensions = new Set();

// A page can be flooded; so many refusals of one sort are noted, the rest only counted.
const refusalsNoted = 50;
const refusals = new Map();

function receive(event) {
  try {
    receiveAsHost(event);
  } catch (error) {
    console.error(`[standin] ${event.data.type} from ${short(wordFor(event.data.eid), 200)}: ${error.message}`);
  }
}

function refuse(event, registration, complaint) {
  if (isLastWord(event, registration)) {
    return;
  }
  const sort = `${event.data.type} ${complaint}`;
  const count = (refusals.get(sort) || 0) + 1;
  refusals.set(sort, count);
  if (count > refusalsNoted) {
    return;
  }
  record({
    kind: 'refused',
    extension: short(wordFor(event.data.eid), 200),
    module: registration ? registration.extension.key : '',
    text: `${event.data.type} refused: ${complaint}${count === refusalsNoted ? ' (further ones are not noted)' : ''}`,
  });
}

// isLastWord tells a message that a page posted as it went away. It arrives without a source, or after
// its extension has ended; no host takes it, and nobody is to blame.
function isLastWord(event, registration) {
  return event.data.type === 'unload' || (registration ? event.source === null : endedExtensions.has(event.data.eid));
}

function initialised(registration, again) {
  recordFor(registration, { kind: 'bridge', text: again ? 'the frame shows another page and said init again' : 'bridge established' });
}

function frameClicked(registration) {
  clickedElsewhere(registration.iframe);
}

// stopListening takes a key off every frame that it was asked of.
function stopListening(keycode, modifiers) {
  for (const registration of registrations.values()) {
    stopKey(registration, keycode, modifiers);
  }
}

// The wire: which messages are taken, from whom, and who handles them (simple-xdm 2.3.3,
// src/host/xdmrpc.js). A message that fails a check changes nothing and is noted as refused.

const messageHandlers = new Map([
  ['init', handleInit],
  ['req', handleRequest],
  ['resp', handleAcknowledgement],
  ['broadcast', handleBroadcast],
  ['event_query', handleEventQuery],
  ['key_triggered', handleKeyTriggered],
  ['addon_clicked', (event, registration) => clickedElsewhere(registration.iframe)],
  ['unload', handleUnload],
]);

// A page can be flooded; so many refusals of one sort are noted, the rest only counted.
const refusalsNoted = 50;
const refusals = new Map();

function receive(event) {
  const data = event.data;
  if (data === null || typeof data !== 'object' || typeof data.type !== 'string') {
    return;
  }
  if (data.type === 'get_host_offset' && isOutermost()) {
    answerHostOffset(event);
    return;
  }
  const handler = messageHandlers.get(data.type);
  if (!handler) {
    return;
  }
  const registration = typeof data.eid === 'string' ? registrations.get(data.eid) : undefined;
  const complaint = complaintAbout(event, registration);
  if (complaint) {
    refuse(event, registration, complaint);
    return;
  }
  try {
    handler(event, registration);
  } catch (error) {
    console.error(`[standin] ${data.type} from ${data.eid}: ${error.message}`);
  }
}

// complaintAbout says why a message must not be taken; '' means that it may.
function complaintAbout(event, registration) {
  if (!registration) {
    return 'no extension has this id';
  }
  const sourceMatches = registration.source !== null && event.source === registration.source;
  if (event.data.type === 'unload') {
    return sourceMatches || event.source === undefined ? '' : 'it comes from a window that has gone';
  }
  const origin = originOf(registration.extension.url);
  if (!origin || origin !== event.origin) {
    return `it comes from ${event.origin}, but the extension was opened at ${origin}`;
  }
  if (event.data.type !== 'init' && !sourceMatches) {
    return 'it comes from another window than the one that said init';
  }
  return '';
}

function originOf(url) {
  try {
    return new URL(url).origin;
  } catch (error) {
    return '';
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
    extension: short(String(event.data.eid), 200),
    module: registration ? registration.extension.key : '',
    text: `${event.data.type} refused: ${complaint}${count === refusalsNoted ? ' (further ones are not noted)' : ''}`,
  });
}

// isLastWord tells a message that a page posted as it went away. It arrives without a source, or after
// its extension has ended; no host takes it, and nobody is to blame.
function isLastWord(event, registration) {
  return event.data.type === 'unload' || (registration ? event.source === null : endedExtensions.has(event.data.eid));
}

// handleInit answers every init, for every page that the frame shows says it again; the bridge is
// established by the first.
function handleInit(event, registration) {
  registration.source = event.source;
  say(registration, event.source, { type: 'init_received' });
  recordFor(registration, { kind: 'bridge', text: registration.established ? 'the frame shows another page and said init again' : 'bridge established' });
  if (!registration.established) {
    registration.established = true;
    bridgeEstablished(registration);
  }
  if (event.data.targets) {
    say(registration, event.source, { type: 'api_tamper', tampered: claimsOurs(apiSpec(), event.data.targets) });
  }
}

// claimsOurs tells whether a sub-host wants to answer for a method that is ours.
function claimsOurs(ours, theirs) {
  return Object.keys(theirs).some((name) => {
    if (!Object.prototype.hasOwnProperty.call(ours, name)) {
      return false;
    }
    const claim = theirs[name];
    return claim !== null && typeof claim === 'object' ? claimsOurs(ours[name], claim) : claim === 'parent';
  });
}

function handleUnload(event, registration) {
  registration.source = null;
  forgetContext(registration.extension_id);
}

// answerHostOffset tells a frame how many steps up its nearest frame of this origin is.
function answerHostOffset(event) {
  let frame = event.source;
  let offset = 0;
  while (frame && frame !== window.top && !reachable(frame)) {
    offset += 1;
    frame = frame.parent;
  }
  if (event.source && event.origin !== 'null') {
    event.source.postMessage({ hostFrameOffset: offset }, event.origin);
  }
}

function reachable(frame) {
  try {
    return Boolean(frame.location.href);
  } catch (error) {
    return false;
  }
}

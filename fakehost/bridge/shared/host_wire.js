// The wire, seen from whoever hosts extensions: which messages are taken, from whom, and who handles them
// (simple-xdm 2.3.3, src/host/xdmrpc.js). The product page has its own refuse, frameClicked, apiSpec and
// handleRequest, and so has an app's frame that hosts.

const hostHandlers = new Map([
  ['init', handleInit],
  ['req', handleRequest],
  ['resp', handleAcknowledgement],
  ['broadcast', handleBroadcast],
  ['event_query', handleEventQuery],
  ['key_triggered', handleKeyTriggered],
  ['addon_clicked', (event, registration) => frameClicked(registration)],
  ['unload', handleUnload],
]);

function receiveAsHost(event) {
  const data = event.data;
  if (data === null || typeof data !== 'object' || typeof data.type !== 'string') {
    return;
  }
  if (data.type === 'get_host_offset' && isOutermost()) {
    answerHostOffset(event);
    return;
  }
  const handler = hostHandlers.get(data.type);
  if (!handler) {
    return;
  }
  const registration = typeof data.eid === 'string' ? registrations.get(data.eid) : undefined;
  const complaint = complaintAbout(event, registration);
  if (complaint) {
    refuse(event, registration, complaint);
    return;
  }
  handler(event, registration);
}

// isOutermost is said without comparing window with top: Cypress, which shows pages in a frame, rewrites
// such comparisons to hide that from them (its option modifyObstructiveCode).
function isOutermost() {
  return Object.is(window.top, window);
}

// complaintAbout says why a message must not be taken; '' means that it may.
function complaintAbout(event, registration) {
  if (!registration) {
    return 'no extension has this id';
  }
  const sourceMatches = Boolean(registration.source) && event.source === registration.source;
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

// handleInit answers every init, for every page that the frame shows says it again; the bridge is
// established by the first.
function handleInit(event, registration) {
  say(registration, event.source, { type: 'init_received' });
  registration.source = event.source;
  const { initCallback, established } = registration;
  registration.established = true;
  initialised(registration, established);
  if (initCallback) {
    initCallback(registration.extension_id);
    delete registration.initCallback;
  }
  if (event.data.targets) {
    say(registration, event.source, { type: 'api_tamper', tampered: claimsOurs(apiSpec(), event.data.targets) });
  }
}

// claimsOurs tells whether a sub-host wants to answer for a method that is ours. It breaks on a member
// that is null, and then the frame is never told that it may speak, as with the product.
function claimsOurs(ours, theirs) {
  return Object.keys(theirs).filter((name) => {
    if (!ours[name]) {
      return false;
    }
    return typeof theirs[name] === 'object' ? claimsOurs(ours[name], theirs[name]) : theirs[name] === 'parent';
  }).length > 0;
}

function handleUnload(event, registration) {
  registration.source = undefined;
  if (registration.unloadCallback) {
    registration.unloadCallback(registration.extension_id);
  }
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

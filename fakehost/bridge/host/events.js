// Events from the host to extensions, and the queue for those that have not loaded yet.

// An event is kept this long for an extension that is still loading (simple-xdm 2.3.3).
const eventLifeMs = 30000;

let queuedEvents = [];
const acknowledgements = new Map();

// emit delivers an event now when one of its receivers has loaded all.js, and queues it otherwise.
function emit(type, target, payload, acknowledged) {
  if (matching(target).some((registration) => registration.registeredEvents !== undefined)) {
    dispatch(type, target, payload, acknowledged);
    return;
  }
  dropOldEvents();
  queuedEvents.push({ type, target, payload, acknowledged, at: Date.now() });
}

function dropOldEvents() {
  const now = Date.now();
  queuedEvents = queuedEvents.filter((event) => now - event.at <= eventLifeMs);
}

function dispatch(type, target, payload, acknowledged) {
  for (const registration of matching(target)) {
    if (!registration.source) {
      continue;
    }
    let mid;
    if (acknowledged) {
      mid = randomHex();
      acknowledgements.set(mid, { registration, acknowledged });
    }
    say(registration, registration.source, { type: 'evt', mid, etyp: type, evnt: wireClone(payload) });
  }
}

// handleEventQuery releases what is queued. An entry leaves the queue by age alone, so that a second
// query within its life delivers it again; real hosts do the same.
function handleEventQuery(event, registration) {
  dropOldEvents();
  for (const { type, target, payload, acknowledged } of queuedEvents) {
    const { addon_key: addonKey, key } = registration.extension;
    const addressed = target.key ? target.addon_key === addonKey && target.key === key : matching(target).length > 0;
    if (addressed) {
      dispatch(type, target, payload, acknowledged);
    }
  }
  registration.registeredEvents = Array.isArray(event.data.args) ? event.data.args : [];
}

// handleBroadcast passes an event on to the other frames of the same app.
function handleBroadcast(event, registration) {
  for (const other of matching({ addon_key: registration.extension.addon_key })) {
    if (other !== registration) {
      dispatch(event.data.etyp, { id: other.extension_id }, event.data.evnt);
    }
  }
}

// handleAcknowledgement takes the answer to an event; only the extension that it was sent to may answer.
function handleAcknowledgement(event, registration) {
  const waiting = acknowledgements.get(event.data.mid);
  if (waiting && waiting.registration === registration) {
    acknowledgements.delete(event.data.mid);
    waiting.acknowledged(...(Array.isArray(event.data.args) ? event.data.args : []));
  }
}

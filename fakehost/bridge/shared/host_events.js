// Events from whoever hosts to its extensions, and the queue for those that have not loaded yet.

// An event is kept this long for an extension that is still loading (simple-xdm 2.3.3).
const eventLifeMs = 30000;

// queuedEvents are named by whom they are for and when they were made. Of two for the same module that are
// made in the same millisecond, only the later one is kept, as with the product.
const queuedEvents = new Map();
const acknowledgements = new Map();

// emit delivers an event now when one of its receivers has loaded all.js, and queues it otherwise.
function emit(type, target, payload, acknowledged) {
  if (matching(target).some((registration) => registration.registeredEvents !== undefined)) {
    dispatch(type, target, payload, acknowledged);
    return;
  }
  dropOldEvents();
  const at = Date.now();
  const { addon_key: addonKey, key } = target;
  queuedEvents.set(JSON.stringify([addonKey || 'global', key || '', at]), { type, target, payload, acknowledged, at });
}

function dropOldEvents() {
  const now = Date.now();
  for (const [name, { at }] of queuedEvents) {
    if (now - at > eventLifeMs) {
      queuedEvents.delete(name);
    }
  }
}

// dispatch posts an event to its receivers. One that has not said init is given the window of asker, the
// frame that asked for what waits: so it does with the product, and that frame hears the event once more.
function dispatch(type, target, payload, acknowledged, asker) {
  for (const registration of matching(target)) {
    if (asker && !registration.source) {
      registration.source = asker;
    }
    if (!registration.source) {
      continue;
    }
    let mid;
    if (acknowledged) {
      mid = randomHex();
      acknowledgements.set(mid, { registration, acknowledged });
    }
    say(registration, registration.source, { type: 'evt', mid, etyp: type, evnt: payload });
  }
}

// handleEventQuery releases what is queued. An entry leaves the queue by age alone, so that a second
// query within its life delivers it again; real hosts do the same.
function handleEventQuery(event, registration) {
  dropOldEvents();
  for (const { type, target, payload, acknowledged } of [...queuedEvents.values()]) {
    const { addon_key: addonKey, key } = registration.extension;
    const addressed = target.key ? target.addon_key === addonKey && target.key === key : true;
    if (addressed && matching(target).length > 0) {
      dispatch(type, target, payload, acknowledged, event.source);
    }
  }
  registration.registeredEvents = Array.isArray(event.data.args) ? event.data.args : [];
}

// handleBroadcast passes an event on to the other frames of the same app.
function handleBroadcast(event, registration) {
  const { addon_key: addonKey } = registration.extension;
  dispatch(event.data.etyp, (other) => other.extension.addon_key === addonKey && other !== registration, event.data.evnt);
}

// handleAcknowledgement takes the answer to an event; only the extension that it was sent to may answer.
function handleAcknowledgement(event, registration) {
  const waiting = acknowledgements.get(event.data.mid);
  if (waiting && waiting.registration === registration) {
    acknowledgements.delete(event.data.mid);
    waiting.acknowledged(...(Array.isArray(event.data.args) ? event.data.args : []));
  }
}

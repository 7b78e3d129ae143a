// AP.events, the part that stays in the frame: who listens to what. There are two registries, for
// events of the own app and for public ones.

const ownListeners = new Map();
const publicListeners = new Map();
const anyName = '_any';

function addListener(registry, name, listener, run = listener) {
  registry.set(name, [...(registry.get(name) || []), { listener, run }]);
}

function removeListener(registry, name, listener) {
  const left = (registry.get(name) || []).slice();
  const at = left.findIndex((entry) => entry.listener === listener);
  if (at >= 0) {
    left.splice(at, 1);
  }
  registry.set(name, left);
}

function addOnce(name, listener) {
  addListener(ownListeners, name, listener, (...args) => {
    removeListener(ownListeners, name, listener);
    listener(...args);
  });
}

// passes tells whether a public event's sender is one that the listener wants to hear.
function passes(filter, sender) {
  if (typeof filter === 'function') {
    return Boolean(filter(sender));
  }
  return Object.entries(plain(filter)).every(([key, value]) => sender[key] === value);
}

// A listener to public events is run with the whole event; this one lets it see what it asked for.
function filtered(filter) {
  return (listener) => ({ sender, args }) => {
    if (passes(filter, sender)) {
      listener(...args);
    }
  };
}

const eventMethods = {
  on: (name, listener) => addListener(ownListeners, name, listener),
  once: addOnce,
  onAny: (listener) => addListener(ownListeners, anyName, listener),
  off: (name, listener) => removeListener(ownListeners, name, listener),
  offAll: (name) => ownListeners.delete(name),
  offAny: (listener) => removeListener(ownListeners, anyName, listener),
  onPublic: (name, listener, filter) => addListener(publicListeners, name, listener, filtered(filter)(listener)),
  oncePublic: addOncePublic,
  onAnyPublic: (listener, filter) => addListener(publicListeners, anyName, listener, filtered(filter)(listener)),
  offPublic: (name, listener) => removeListener(publicListeners, name, listener),
  offAllPublic: (name) => publicListeners.delete(name),
  offAnyPublic: (listener) => removeListener(publicListeners, anyName, listener),
};

// The listener goes with the first event that it hears, not with one that its filter kept from it.
function addOncePublic(name, listener, filter) {
  const run = filtered(filter)((...args) => {
    removeListener(publicListeners, name, listener);
    listener(...args);
  });
  addListener(publicListeners, name, listener, run);
}

function runAll(registry, name, args) {
  for (const { run } of registry.get(name) || []) {
    guarded(() => run(...args));
  }
}

// deliver is what AP.registerAny is given: every event of the host passes here.
function deliver(data, answer) {
  const name = answer._context.eventName;
  if (data && data.event && data.sender) {
    const args = Array.isArray(data.event) ? data.event : [data.event];
    runAll(publicListeners, anyName, [{ sender: data.sender, args: [name, ...args, { args, name }] }]);
    runAll(publicListeners, name, [{ sender: data.sender, args }]);
    return;
  }
  const args = Array.isArray(data) ? data : [data];
  runAll(ownListeners, anyName, [name, ...args, { args, name }]);
  runAll(ownListeners, name, args);
}

function attachEvents(AP) {
  if (AP.events) {
    Object.assign(AP.events, eventMethods);
  }
}

// AP.events, the part that stays in the frame: who listens to what. There are two registries, for
// events of the own app and for public ones.
//
// Both are as atlassian-connect-js 5.3.190 has them (src/plugin/events.js and public-events.js), with
// what an app can trip over there: a listener that throws keeps the event from those after it, a listener
// of once cannot be taken off, and the names of what every object inherits cannot be listened to.

const anyName = '_any';

class Listeners {
  constructor() {
    this.lists = {};
  }

  on(name, listener) {
    if (!this.lists[name]) {
      this.lists[name] = [];
    }
    this.lists[name].push(listener);
  }

  off(name, listener) {
    const list = this.lists[name];
    if (!list) {
      return;
    }
    const at = list.indexOf(listener);
    if (at >= 0) {
      list.splice(at, 1);
    }
    if (list.length === 0) {
      delete this.lists[name];
    }
  }

  offAll(name) {
    delete this.lists[name];
  }

  once(name, listener) {
    const run = (...args) => {
      listener(...args);
      this.off(name, run);
    };
    this.on(name, run);
  }

  // deliver runs the listeners while the lists may change under it: one that takes itself off makes the
  // next one miss the event.
  deliver(name, args) {
    const any = this.lists[anyName] || [];
    const named = this.lists[name] || [];
    any.forEach((listener) => listener(name, ...args, { args, name }));
    named.forEach((listener) => listener(...args));
  }
}

// PublicListeners hear {sender, event}, and tell a listener the values in event alone.
class PublicListeners extends Listeners {
  on(name, listener, filter) {
    listener._wrapped = ({ sender, event }) => {
      if (passes(filter, sender)) {
        listener.apply(null, event);
      }
    };
    super.on(name, listener._wrapped);
  }

  off(name, listener) {
    super.off(name, listener._wrapped || listener);
  }

  // The published file takes the first value for the list of values, so that an event whose first value
  // is no list breaks here, and the listener stays.
  once(name, listener, filter) {
    const run = (first) => {
      listener.apply(null, first);
      this.off(name, run);
    };
    this.on(name, run, filter);
  }

  // The published file wraps a listener to any event twice, and the outer wrapping finds no event in
  // what it is given: from then on no public event reaches anybody in this frame.
  onAny() {
    super.on(anyName, (name) => {
      throw new TypeError(`after onAnyPublic no public event can be heard, and this is one: ${name}`);
    });
  }
}

// passes tells whether a public event's sender is one that the listener wants to hear.
function passes(filter, sender) {
  if (typeof filter === 'function') {
    return Boolean(filter(sender));
  }
  return Object.entries(plain(filter)).every(([key, value]) => sender[key] === value);
}

const ownListeners = new Listeners();
const publicListeners = new PublicListeners();

const eventMethods = {
  on: (name, listener) => ownListeners.on(name, listener),
  once: (name, listener) => ownListeners.once(name, listener),
  onAny: (listener) => ownListeners.on(anyName, listener),
  off: (name, listener) => ownListeners.off(name, listener),
  offAll: (name) => ownListeners.offAll(name),
  offAny: (listener) => ownListeners.off(anyName, listener),
  onPublic: (name, listener, filter) => publicListeners.on(name, listener, filter),
  oncePublic: (name, listener, filter) => publicListeners.once(name, listener, filter),
  onAnyPublic: () => publicListeners.onAny(),
  offPublic: (name, listener) => publicListeners.off(name, listener),
  offAllPublic: (name) => publicListeners.offAll(name),
  // The published file looks for another listener than the one it is given, and takes none off.
  offAnyPublic: () => {},
};

// deliver is what AP.registerAny is given: every event of the host passes here.
function deliver(data, answer) {
  const name = answer._context.eventName;
  if (data && data.event && data.sender) {
    publicListeners.deliver(name, [data]);
  } else {
    ownListeners.deliver(name, Array.isArray(data) ? data : [data]);
  }
}

function attachEvents(AP) {
  if (AP.events) {
    Object.assign(AP.events, eventMethods);
  }
}

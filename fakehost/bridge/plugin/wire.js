// The wire, seen from the app: what is posted to the host, and what is taken from it.

const callbacks = new Map();
let eventHandlers = {};
const keys = new Set();

// A frame whose host is not its parent waits for the top to say that its methods are genuine.
let verified = isSubFrame ? undefined : true;
let held = [];

const messageHandlers = {
  init_received: () => {},
  resp: takeAnswer,
  evt: takeEvent,
  key_listen: takeKeyListen,
  api_tamper: takeTamper,
};

function receive(event) {
  const data = event.data;
  if (data === null || typeof data !== 'object' || !Object.prototype.hasOwnProperty.call(messageHandlers, data.type)) {
    return;
  }
  const fromTop = isSubFrame && event.source === topHost;
  if (fromTop || (event.origin === given.origin && event.source === parentFrame)) {
    messageHandlers[data.type](event);
  }
}

function sendInit() {
  parentFrame.postMessage({ eid: given.extension_id, type: 'init', targets: undefined }, given.origin || '*');
  if (isSubFrame) {
    topHost.postMessage({ eid: given.extension_id, type: 'init', targets: options.targets }, hostOrigin);
  }
  // Published all.js reads this without looking, so a host that forgets globalOptions breaks the app.
  if (options.globalOptions.check_init) {
    const missing = setTimeout(() => {
      throw new Error('Initialization message not received');
    }, 5000);
    messageHandlers.init_received = () => clearTimeout(missing);
  }
}

// sendCall posts to the top, or to the parent where the host routed the method there.
function sendCall(message) {
  const routes = plain(options.targets)[message.mod];
  const toParent = plain(routes)[message.fn] === 'parent';
  const transmit = () => (toParent ? parentFrame.postMessage(message, given.origin) : topHost.postMessage(message, hostOrigin));
  if (verified === undefined) {
    held.push(transmit);
  } else if (verified) {
    transmit();
  }
}

function sendToParent(message) {
  if (given.origin) {
    parentFrame.postMessage({ eid: given.extension_id, ...message }, given.origin);
  }
}

function plain(value) {
  return value !== null && typeof value === 'object' ? value : {};
}

function takeAnswer(event) {
  const { mid, forPlugin, args } = event.data;
  const callback = callbacks.get(mid);
  if (!forPlugin || !callback) {
    return;
  }
  callbacks.delete(mid);
  guarded(() => callback(...(Array.isArray(args) ? args : [])));
}

// An exception in an app's callback must not stop the messages that follow.
function guarded(run) {
  try {
    run();
  } catch (error) {
    console.error(`[standin] exception in a callback: ${error && error.message}`, error);
  }
}

function takeEvent(event) {
  const { etyp, evnt, mid } = event.data;
  const answer = (...args) => {
    event.source.postMessage({ eid: given.extension_id, mid, type: 'resp', args }, given.origin);
  };
  answer._context = { eventName: etyp };
  const handlers = [handlersOf(etyp), handlersOf('_any')].flat();
  for (const handler of handlers) {
    guarded(() => handler(evnt, answer));
  }
  if (mid) {
    answer();
  }
}

function handlersOf(name) {
  return Object.prototype.hasOwnProperty.call(eventHandlers, name) ? eventHandlers[name] : [];
}

function keyID(keycode, modifiers) {
  const list = typeof modifiers === 'string' ? [modifiers] : Array.from(modifiers || []);
  return [keycode, ...list.sort()].join('$$');
}

function takeKeyListen(event) {
  const { keycode, modifiers, action } = event.data;
  if (action === 'add') {
    keys.add(keyID(keycode, modifiers));
  } else {
    keys.delete(keyID(keycode, modifiers));
  }
}

function takeTamper(event) {
  if (verified !== undefined) {
    return;
  }
  verified = event.data.tampered === false;
  if (!verified) {
    console.error('[standin] the host says that this frame\'s API was tampered with; AP is disabled');
  }
  const waiting = held;
  held = [];
  if (verified) {
    waiting.forEach((transmit) => transmit());
  }
}

// checkOffset asks the top whether the host is where the name says it is.
function checkOffset() {
  const listener = (event) => {
    if (event.source !== window.top || typeof plain(event.data).hostFrameOffset !== 'number') {
      return;
    }
    window.removeEventListener('message', listener);
    if (frameAbove(event.data.hostFrameOffset) !== topHost) {
      console.error('[standin] hostFrameOffset does not hold; calls go to the top window');
      topHost = window.top;
    }
  };
  window.addEventListener('message', listener);
  window.top.postMessage({ type: 'get_host_offset' }, hostOrigin);
}

function watchInput() {
  window.addEventListener('click', () => {
    parentFrame.postMessage({ eid: given.extension_id, type: 'addon_clicked' }, hostOrigin);
  });
  window.addEventListener('keydown', (event) => {
    const modifiers = ['ctrl', 'shift', 'alt', 'meta'].filter((name) => event[`${name}Key`]);
    if (keys.has(keyID(event.keyCode, modifiers))) {
      sendToParent({ keycode: event.keyCode, modifiers, type: 'key_triggered' });
    }
  });
  window.addEventListener('pagehide', () => sendToParent({ type: 'unload' }));
}

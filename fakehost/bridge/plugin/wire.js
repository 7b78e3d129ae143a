// The wire, seen from the app: what is posted to the host, and what is taken from it.

const callbacks = new Map();
let eventHandlers = {};
const keys = [];

// A frame whose host is not its parent holds its calls until the top has said whether its methods were
// tampered with.
let tampered;
let held = [];

let initReceived = false;

const messageHandlers = {
  init_received: () => {
    initReceived = true;
  },
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
  // The word that the API was tampered with is taken from anybody.
  if (data.type === 'api_tamper' || fromTop || (event.origin === given.origin && event.source === parentFrame)) {
    messageHandlers[data.type](event);
  }
}

// sendInit says init to the parent, and to the top where that is another window. The top is told which
// methods the parent answers.
function sendInit() {
  const origin = given.origin || '*';
  parentFrame.postMessage({ eid: given.extension_id, type: 'init', targets: undefined }, origin);
  expectAnswer();
  if (isSubFrame) {
    topHost.postMessage({ eid: given.extension_id, type: 'init', targets: options.targets }, hostOrigin);
    expectAnswer();
  }
}

// Published all.js reads globalOptions without looking, so a host that forgets them breaks the app.
function expectAnswer() {
  if (options.globalOptions.check_init) {
    setTimeout(() => {
      if (!initReceived) {
        throw new Error('Initialization message not received');
      }
    }, 5000);
  }
}

// sendCall posts to the top, or to the parent where the name says that it answers the method.
function sendCall(message) {
  // Every object has a member named constructor: where a module has targets, its classes are made there.
  const routes = plain(options.targets)[message.mod];
  const route = (routes && routes[message.fn]) || 'top';
  const [target, origin] = route === 'top' ? [topHost, hostOrigin] : [parentFrame, given.origin];
  if (isSubFrame && tampered === undefined) {
    held.push(() => target.postMessage(message, origin));
  } else {
    target.postMessage(message, origin);
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
  const list = typeof modifiers === 'string' ? [modifiers] : [...(modifiers || [])];
  return list.sort().reduce((id, modifier) => `${id}$$${modifier}`, keycode);
}

// A key that was asked for twice must be given up twice. Giving up one that was never asked for takes the
// last one away, as in the published file.
function takeKeyListen(event) {
  const { keycode, modifiers, action } = event.data;
  const id = keyID(keycode, modifiers);
  if (action === 'add') {
    keys.push(id);
  } else if (action === 'remove') {
    keys.splice(keys.indexOf(id), 1);
  }
}

// takeTamper releases the calls that wait, or drops them and cuts the frame off from its parent: what
// goes there throws from then on, and what comes from there is not heard. Calls of the top still go out,
// as those of the published file do.
function takeTamper(event) {
  const waiting = held;
  held = [];
  tampered = event.data.tampered !== false;
  if (tampered) {
    parentFrame = undefined;
    console.error('[standin] the host says that this frame\'s API was tampered with; AP is disabled');
  } else {
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
    if (keys.includes(keyID(event.keyCode, modifiers))) {
      sendToParent({ keycode: event.keyCode, modifiers, type: 'key_triggered' });
    }
  });
  window.addEventListener('pagehide', () => {
    sendToParent({ type: 'unload' });
    if (isSubFrame) {
      topHost.postMessage({ eid: given.extension_id, type: 'unload' }, hostOrigin);
    }
  });
}

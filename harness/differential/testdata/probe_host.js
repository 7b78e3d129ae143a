// The eyes of the script in the product page. It runs before the host's own script.
(() => {
  'use strict';
  const config = JSON.parse(document.getElementById('probe-config').textContent);
  const scene = probeScene(config.scene);

  // frames holds one entry for each extension id that said hello, in that order.
  const frames = new Map();
  const waiting = new Map();
  let lastNumber = 0;
  let records = [];

  const { setTimeout: set, clearTimeout: clear } = window;

  // labelOf names a frame without the random part of its id. The second frame of the same module is #2.
  const labelOf = (id) => {
    const [addon, key = 'none'] = String(id).split('__');
    const label = addon === 'app' ? key : `${addon}/${key}`;
    const same = [...frames.keys()].filter((other) => other.startsWith(`${addon}__${key}__`));
    const at = same.indexOf(id);
    return at > 0 ? `${label}#${at + 1}` : label;
  };
  const record = (frame, list, value) => records.push({ frame, list, value });

  const hello = (event) => {
    const { name } = event.data;
    const port = event.ports[0];
    for (const [other, frame] of frames) {
      // The next page of a frame, which may have changed its name.
      if (frame.window === event.source && other !== name) frames.delete(other);
    }
    frames.set(name, { port, window: event.source });
    record(labelOf(name), 'hello', name);
    event.source.postMessage({ probe: 'welcome' }, '*');
    greeted();
    port.onmessage = ({ data }) => {
      if (data.answer !== undefined) {
        settle(data.answer);
      } else {
        record(labelOf(name), data.list, data.value);
      }
    };
  };
  const settle = (n) => {
    if (waiting.has(n)) waiting.get(n)();
    waiting.delete(n);
  };
  // frames said hello when no iframe of the page is without its probe. One that never says it is given up.
  const helloLimit = 20000;
  let greeted = () => {};
  const allGreeted = () => new Promise((done, failed) => {
    const strangers = () => [...document.querySelectorAll('iframe.ap-iframe')].filter((iframe) => ![...frames.values()].some((frame) => frame.window === iframe.contentWindow));
    const limit = set(() => failed(new Error(`no page came up in ${strangers().map((iframe) => iframe.src).join(' and ')}`)), helloLimit);
    greeted = () => {
      if (strangers().length === 0) {
        clear(limit);
        done();
      }
    };
    greeted();
  });
  const answered = (send) => new Promise((done) => {
    lastNumber += 1;
    waiting.set(lastNumber, done);
    send(lastNumber);
  });

  window.addEventListener('message', (event) => {
    const data = event.data;
    if (data && data.probe === 'hello') {
      hello(event);
    } else if (data && data.probe === 'pong') {
      settle(data.n);
    } else if (data && data.probe === 'introduce') {
      introduced.push(data.id);
    } else if (data && typeof data === 'object') {
      // The last word of a frame has no source. That of a frame of the page before this one arrives, too.
      const frame = [...frames].find(([id, { window: source }]) => (event.source ? source === event.source : id === data.eid));
      if (frame) record(labelOf(frame[0]), 'said', probeEncode(data));
    }
  }, true);

  const isOnPage = (source) => [...document.querySelectorAll('iframe')].some((iframe) => iframe.contentWindow === source);
  const alive = ({ window: source }) => isOnPage(source) || (!source.closed && isOnPage(source.parent));

  // adopt has the host of this page take calls from the extensions that an app's frame told of.
  const introduced = [];
  const adopt = (options = {}) => {
    const host = window.connectHost || window.xdmHost || window.standinHost;
    for (const id of introduced.splice(0)) {
      const [addon, key] = id.split('__');
      const { origin } = new URL(JSON.parse(document.getElementById('standin-page').textContent).extensions[0].url);
      host.registerExistingExtension(id, { extension: { addon_key: addon, key, url: `${origin}/page`, options }, initCallback: () => note('an adopted extension said init') });
    }
  };

  // The page's short timers: a host gathers resizes for a moment. Those of our host are known to
  // standinHost and the harness, those of the published one to nobody.
  const brief = 500;
  const timers = new Set();
  let idle = () => {};
  const ended = (id) => {
    timers.delete(id);
    if (timers.size === 0) idle();
  };
  window.setTimeout = (run, delay, ...args) => {
    const id = set(() => {
      try {
        run(...args);
      } finally {
        ended(id);
      }
    }, delay);
    if (!(delay > brief)) timers.add(id);
    return id;
  };
  window.clearTimeout = (id) => {
    clear(id);
    ended(id);
  };
  const noTimers = () => new Promise((done) => {
    idle = done;
    if (timers.size === 0) done();
  });

  // A page hears of its scrolling when it is drawn.
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  // barrier is passed when every message that was under way in either direction has arrived. It is
  // passed until nothing more comes, for an answer may cause the next call.
  const barrier = async () => {
    for (let quiet = 0; quiet < 2;) {
      const before = records.length;
      await allGreeted();
      await noTimers();
      await drawn();
      for (const frame of frames.values()) {
        if (alive(frame)) {
          await answered((n) => frame.window.postMessage({ probe: 'ping', n }, '*'));
          await answered((n) => frame.port.postMessage({ n }));
        }
      }
      quiet = records.length === before ? quiet + 1 : 0;
    }
  };

  const frameOf = (label) => {
    const found = [...frames].find(([name, frame]) => labelOf(name) === label && alive(frame));
    if (!found) throw new Error(`no frame ${label} is on the page; there are: ${[...frames.keys()].map(labelOf).join(', ')}`);
    return found[1];
  };

  // ---- what a person does and sees in the product page ----

  const shown = (element) => element.getClientRects().length > 0;
  const note = (label, ...values) => record('page', 'noticed', probeEncode(values.length === 0 ? [label] : [label, ...values]));
  const look = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const press = (text) => {
    const found = look('a, button').filter((one) => one.textContent.trim() === text);
    if (found.length !== 1) throw new Error(`${found.length} things to press say ${text}`);
    found[0].click();
  };
  const key = (keyCode, name) => window.dispatchEvent(Object.assign(new KeyboardEvent('keydown', { key: name, keyCode, bubbles: true })));
  const iframe = (label) => [...document.querySelectorAll('iframe')].find((one) => one.contentWindow === frameOf(label).window);
  const sizes = (label) => {
    const { width, height } = iframe(label).style;
    note(`size of ${label}`, width, height);
  };
  const dialogs = () => note('dialogs', look('section[role=dialog]').map((section) => ({
    buttons: [...section.querySelectorAll('.ap-aui-button')].map((button) => ({
      text: button.textContent, disabled: button.getAttribute('aria-disabled'), shown: shown(button),
    })),
    title: [...section.querySelectorAll('.aui-dialog2-header-main, .header-title')].map((one) => one.textContent).join(),
    hint: [...section.querySelectorAll('.aui-dialog2-footer-hint')].map((one) => one.textContent).join(),
  })));

  window.probe = {
    steps: () => scene.steps.map((step) => ({ name: step.frame ? `${step.frame} ${step.name}` : step.name, seconds: step.seconds || 0 })),
    frames: () => [...frames.values()].filter(alive).length,
    async step(index) {
      const step = scene.steps[index];
      try {
        if (step.frame) {
          await answered((n) => frameOf(step.frame).port.postMessage({ n, step: { scene: config.scene, index } }));
        } else if (step.run) {
          await step.run({ note, look, press, key, iframe, sizes, dialogs, adopt });
        }
      } catch (error) {
        note('the step failed', error.message);
      }
    },
    async drain() {
      await barrier();
      const drained = records;
      records = [];
      return drained;
    },
  };
  // A page that goes elsewhere would end the scene; where it would go is all that counts.
  window.navigation.addEventListener('navigate', (event) => {
    if (event.cancelable && !event.destination.sameDocument) {
      event.preventDefault();
      note('the page goes to', event.destination.url);
    }
  });
})();

// The eyes of the script in an app's frame. It runs before all.js, tells the probe of the host page what
// this frame hears and notices, and plays the steps that belong to this frame.
(() => {
  'use strict';
  const channel = new MessageChannel();
  const port = channel.port1;

  const tell = (list, value) => port.postMessage({ list, value: probeEncode(value) });
  const note = (label, ...values) => tell('noticed', values.length === 0 ? [label] : [label, ...values]);

  // watch notes what becomes of a promise, and of anything else that it is none.
  const watch = (label, promise) => {
    if (!promise || typeof promise.then !== 'function') {
      note(`${label} gave no promise`, promise);
      return;
    }
    promise.then((value) => note(`${label} resolved`, value), (error) => note(`${label} rejected`, error));
  };
  const heard = (label) => (...args) => note(`${label} called`, ...args);
  const attempt = (label, run) => {
    try {
      note(`${label} returned`, run());
    } catch (error) {
      note(`${label} threw`, error instanceof Error ? 'an error' : error);
    }
  };

  // ---- frames within this one ----

  const inner = new Set();
  const pongs = new Map();
  let up = () => {};

  // pinged is passed when the messages between this frame and those within it have arrived.
  const pinged = async (n) => {
    for (const iframe of document.querySelectorAll('iframe')) {
      if (inner.has(iframe.contentWindow)) {
        await new Promise((done) => {
          pongs.set(n, done);
          iframe.contentWindow.postMessage({ probe: 'ping', n }, '*');
        });
      }
    }
  };
  const probes = {
    ping: async ({ data, source }) => {
      await pinged(data.n);
      source.postMessage({ probe: 'pong', n: data.n }, '*');
    },
    pong: ({ data }) => pongs.get(data.n)(),
    welcome: () => {
      if (parent !== top) parent.postMessage({ probe: 'up' }, '*');
    },
    up: ({ source }) => {
      inner.add(source);
      up();
    },
  };
  // open makes an iframe of what AP.subCreate gave, and waits until its probe is up.
  const open = ({ id, name, src }) => new Promise((done) => {
    up = done;
    document.body.append(Object.assign(document.createElement('iframe'), { id, name, src, className: 'ap-iframe' }));
  });
  // subPage is the address of a page for a frame within this one.
  const subPage = `${location.origin}/page?scene=${new URLSearchParams(location.search).get('scene')}&sub=yes`;
  // introduce tells the product page's probe of an extension that this frame hosts.
  const introduce = (id) => top.postMessage({ probe: 'introduce', id }, '*');

  window.addEventListener('message', (event) => {
    if (event.data && event.data.probe) {
      probes[event.data.probe](event);
    } else if (event.source === parent) {
      tell('heard', event.data);
    } else if (event.source === top) {
      tell('heard from the top', event.data);
    } else if (event.source !== window) {
      tell('heard from within', event.data);
    }
  });
  window.addEventListener('error', (event) => {
    if (event.error) note('uncaught', event.error instanceof Error ? 'an error' : event.error);
  });
  window.addEventListener('unhandledrejection', (event) => note('unhandled', event.reason));

  port.onmessage = async ({ data }) => {
    if (data.step) {
      const step = probeScene(data.step.scene).steps[data.step.index];
      try {
        await step.run(tools());
      } catch (error) {
        note('the step failed', String(error && error.message));
      }
    }
    port.postMessage({ answer: data.n });
  };

  // post says something that all.js would not say.
  const post = (message) => parent.postMessage({ eid: JSON.parse(window.name).extension_id, ...message }, '*');

  const tools = () => ({ AP: window.AP, note, watch, heard, attempt, post, open, subPage, introduce });

  let name = '';
  try {
    name = JSON.parse(window.name).extension_id;
  } catch (error) {
    name = 'nameless';
  }
  // probeLoaded plays what the scene wants played while the page is still loading.
  window.probeLoaded = () => {
    const scene = probeScene(new URLSearchParams(location.search).get('scene'));
    if (scene.loading) scene.loading(tools());
  };
  top.postMessage({ probe: 'hello', name }, '*', [channel.port2]);
})();

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

  window.addEventListener('message', (event) => {
    if (event.data && event.data.probe === 'ping') {
      parent.postMessage({ probe: 'pong', n: event.data.n }, '*');
    } else if (event.source === parent) {
      tell('heard', event.data);
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
        await step.run({ AP: window.AP, note, watch, heard, attempt, post });
      } catch (error) {
        note('the step failed', String(error && error.message));
      }
    }
    port.postMessage({ answer: data.n });
  };

  // post says something that all.js would not say.
  const post = (message) => parent.postMessage({ eid: JSON.parse(window.name).extension_id, ...message }, '*');

  let name = '';
  try {
    name = JSON.parse(window.name).extension_id;
  } catch (error) {
    name = 'nameless';
  }
  // probeLoaded plays what the scene wants played while the page is still loading.
  window.probeLoaded = () => {
    const scene = probeScene(new URLSearchParams(location.search).get('scene'));
    if (scene.loading) scene.loading({ AP: window.AP, note, watch, heard, attempt, post });
  };
  parent.postMessage({ probe: 'hello', name }, '*', [channel.port2]);
})();

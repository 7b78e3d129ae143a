// What both probes share: the scenes, and values as JSON that loses nothing which an app could tell.
(() => {
  'use strict';
  const scenes = new Map();

  // scene declares one. settings.frames are the extensions of its page, steps what is done.
  window.scene = (name, settings, steps) => scenes.set(name, { ...settings, steps });
  window.probeScene = (name) => scenes.get(name);
  // An aside is a scene for a test of its own, which the script leaves out.
  window.probeScenes = () => [...scenes.keys()].filter((name) => !scenes.get(name).aside);

  // A step of a frame: which one ("key", or "addon/key"), what it is called, what it does.
  window.app = (frame, name, run) => ({ frame, name, run });
  window.host = (name, run) => ({ name, run });
  // A step in which time passes, in seconds.
  window.later = (seconds) => ({ name: `${seconds} seconds pass`, seconds });

  const tagged = (text) => ({ $: text });
  const special = (value) => {
    if (value instanceof Date) return tagged(`Date ${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()}`);
    if (value instanceof RegExp) return tagged(String(value));
    if (value instanceof ArrayBuffer) return tagged(`ArrayBuffer of ${value.byteLength}`);
    if (value instanceof Blob) return tagged(`Blob of ${value.size}`);
    if (value instanceof Error) return tagged(`${value.name}: ${value.message}`);
    if (value instanceof Map || value instanceof Set) return tagged(`${value.constructor.name} of ${value.size}`);
    return undefined;
  };
  window.probeEncode = function encode(value, above = []) {
    if (value === undefined) return tagged('undefined');
    if (typeof value === 'number' && !Number.isFinite(value)) return tagged(String(value));
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') return tagged(typeof value);
    if (value === null || typeof value !== 'object') return value;
    if (above.includes(value)) return tagged('circle');
    const found = special(value);
    if (found) return found;
    const path = [...above, value];
    if (Array.isArray(value)) return value.map((item) => encode(item, path));
    return Object.fromEntries(Object.keys(value).map((key) => [key, encode(value[key], path)]));
  };
})();

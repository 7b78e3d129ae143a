// Messages that no honest frame would post, from a generator that gives the same ones for the same seed.
(() => {
  'use strict';
  const generator = (seed) => {
    let state = seed;
    return (below) => {
      // A linear congruential generator: the numbers of Numerical Recipes.
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  };
  const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__', '', 'context', 'getToken', 'dialog',
    'create', 'getButton', 'flag', '_globals', 'nothing', '\u0000', '../..', '<img src=x onerror=alert(1)>', 'x'.repeat(5000), '_construct', '_context'];
  const types = ['init', 'req', 'resp', 'broadcast', 'event_query', 'key_triggered', 'addon_clicked', 'unload'];

  const cyclic = () => {
    const first = { name: 'first' };
    first.self = first;
    first.list = [first, { first }];
    return first;
  };
  const deep = () => {
    let value = {};
    for (let i = 0; i < 500; i += 1) value = { value };
    return value;
  };
  const odd = (pick) => {
    const makers = [() => undefined, () => null, () => NaN, () => -1, () => names[pick(names.length)], () => [names[pick(names.length)]], cyclic, deep,
      () => 'y'.repeat(100000), () => new Array(1000).fill(names[pick(names.length)]), () => new Date(NaN), () => new Map([[1, 2]]), () => new ArrayBuffer(8),
      () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'), () => ({ length: 1e9 }), () => ({ toString: null, valueOf: null }), () => ({ toString: { toString: 1 } }), () => /ab/, () => new Error('e'), () => 12n, () => true];
    return makers[pick(makers.length)]();
  };

  // message gives one; honest ones are left out by the caller's own fixed members.
  const message = (pick, fixed) => {
    const made = { type: types[pick(types.length)] };
    for (const member of ['eid', 'mod', 'fn', 'args', 'mid', '_cls', '_id', 'etyp', 'evnt', 'targets', 'keycode', 'modifiers', 'forPlugin']) {
      if (pick(3) > 0) made[member] = pick(2) ? names[pick(names.length)] : odd(pick);
    }
    return { ...made, ...fixed(pick, made) };
  };

  window.hostile = {
    // flood posts count messages to the product page and says what they were about.
    flood(seed, count, fixed) {
      const pick = generator(seed);
      let posted = 0;
      for (let i = 0; i < count; i += 1) {
        parent.postMessage(message(pick, fixed), '*');
        posted += 1;
      }
      return posted;
    },
    // What is no message of the bridge at all.
    junk() {
      for (const value of [undefined, null, 0, '', 'init', [], ['init'], {}, { type: null }, { type: {} }, { type: ['init'] }, { type: '__proto__' },
        { type: 'toString' }, { type: 'get_host_offset' }, { hostFrameOffset: 3 }, cyclic(), new Date(), new ArrayBuffer(1)]) {
        parent.postMessage(value, '*');
      }
    },
  };
  window.addEventListener('message', async ({ data }) => {
    if (!data || data.order === undefined) return;
    const { order, seed, count, eid } = data;
    const orders = {
      // Whoever guesses ids, from whatever origin.
      unknown: () => hostile.flood(seed, count, (pick) => ({ eid: pick(2) ? names[pick(names.length)] : odd(pick) })),
      // The right id from the wrong place. init is left out where the origin is right: the published host
      // takes it from any window there.
      known: () => hostile.flood(seed, count, (pick, made) => ({ eid, type: made.type === 'init' && data.noInit ? 'req' : made.type })),
      junk: () => hostile.junk(),
    };
    orders[order]();
    parent.postMessage({ done: data.n }, '*');
  });
})();

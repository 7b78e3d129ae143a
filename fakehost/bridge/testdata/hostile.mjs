// Hostile messages to host.js, from a generator that gives the same ones for the same seed. Run with the
// paths of host.js and all.js; reads a seed a line and answers each with a line, "ok" or what went wrong.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import readline from 'node:readline';
import { World } from './world.mjs';

const [hostJS, allJS] = process.argv.slice(2).map((path) => fs.readFileSync(path, 'utf8'));
const messagesPerSeed = 250;

// ---- the generator ----

// generator gives a function that picks a number below another.
const generator = (seed) => {
  let state = seed >>> 0;
  return (below) => {
    // The xorshift of Marsaglia on 32 bits; it stands still on 0.
    state = state || 0x9e3779b9;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const types = ['init', 'req', 'resp', 'broadcast', 'event_query', 'key_triggered', 'addon_clicked', 'unload', 'get_host_offset'];
const members = ['mod', 'fn', 'args', 'mid', '_cls', '_id', 'etyp', 'evnt', 'targets', 'keycode', 'modifiers', 'forPlugin', 'length', 'constructor'];
const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', 'then', '__defineGetter__', '_construct', '_context', '', ' ', '\0',
  '../..', '<img src=x onerror=alert(1)>', '\ud800', 'x'.repeat(5000), 'context', 'getToken', 'dialog', 'create', 'getButton', 'flag', 'close', '_globals', 'request', 'page', 'nothing'];

const cyclic = () => {
  const list = [1];
  const value = { list, again: { list } };
  value.self = value;
  list.push(value, list);
  return value;
};
const deep = (list) => {
  let value = list ? [] : {};
  for (let i = 0; i < 300; i += 1) value = list ? [value] : { value };
  return value;
};

// Some are too large to be sent often.
const huge = ['y'.repeat(2e6), new Array(1e5).fill('z'), new Array(2e5), Object.fromEntries(Array.from({ length: 2e4 }, (none, i) => [`member${i}`, i]))];

const oddities = [
  () => undefined, () => null, () => NaN, () => -0, () => 1e308, () => 12n, () => true, () => '', (pick) => names[pick(names.length)], (pick) => [names[pick(names.length)]],
  cyclic, () => deep(true), () => deep(false), () => 'y'.repeat(20000), (pick) => new Array(100).fill(names[pick(names.length)]), () => new Array(1000), (pick) => huge[pick(200)], () => ({ length: 1e9 }),
  () => ({ length: -1 }), () => new Date(NaN), () => new Map([['a', 1]]), () => new Set(['a']), () => new ArrayBuffer(8), () => new Uint8Array(9), () => /ab/, () => new Error('e'),
  () => Object('boxed'), () => ({ toString: null, valueOf: null }), () => ({ toString: { toString: 1 } }), () => ({ then: 1 }), () => ({ toJSON: 1 }),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
  (pick) => ({ [names[pick(names.length)]]: { [names[pick(names.length)]]: 'parent' } }), () => Object.fromEntries(names.map((name) => [name, 'parent'])),
];
const odd = (pick) => oddities[pick(oddities.length)](pick);

// message gives what is sent, without what says who sends it.
const message = (pick) => {
  const made = { type: pick(12) ? types[pick(types.length)] : odd(pick) };
  for (const member of members) {
    if (pick(3) > 0) made[member] = pick(3) ? odd(pick) : names[pick(names.length)];
  }
  return made;
};

// ---- who sends, and what must come of it ----

const eid = 'app__page__1';
const nowhere = { postMessage() {} };
const origin = 'http://127.0.0.1:2';

// A sender gives {from, eid, complaint}: who posts, of which extension, and why the host must refuse.
const senders = [
  // Whoever guesses ids, from wherever.
  (frame, pick) => ({
    from: { origin: pick(2) ? origin : 'http://evil.example', handle: pick(2) ? frame.handle : nowhere },
    eid: pick(2) ? odd(pick) : ['app__page__2', 'app__page', '__proto__', 'constructor', '', ' app__page__1', ['app__page__1']][pick(7)],
    complaint: 'no extension has this id',
  }),
  // The right id from the wrong origin, also when the window is the right one.
  (frame, pick) => {
    const evil = ['http://evil.example', 'http://127.0.0.1:3', 'https://127.0.0.1:2', 'http://localhost:2', 'null', 'file://'][pick(6)];
    return { from: { origin: evil, handle: pick(2) ? frame.handle : nowhere }, eid, complaint: `it comes from ${evil}, but the extension was opened at ${origin}` };
  },
  // The right id and the right origin, from another window of the app's. init is taken from it, as by the
  // published host, and left out.
  (frame) => ({ from: { origin, handle: nowhere }, eid, complaint: 'it comes from another window than the one that said init', initCounts: true }),
];

// refusalOf gives the line of the journal that a message leads to; '' means none.
const refusalOf = ({ type }, { complaint, initCounts }) => {
  if (typeof type !== 'string' || !types.includes(type) || type === 'get_host_offset' || type === 'unload' || (initCounts && type === 'init')) return '';
  return `${type} refused: ${complaint}`;
};

// ---- what must not change ----

const tree = (element) => [element.tag, element.className, element.attributes, { ...element.style }, element.textContent, element.children.map((one) => (one.tag ? tree(one) : one))];
const prototypes = `JSON.stringify([Object, Array, Function, String, Map, Promise].map((type) => Object.getOwnPropertyNames(type.prototype)).concat([[String({}.polluted)]]))`;

// stateOf is all of the page that can be seen from here.
const stateOf = (world) => {
  const { host } = world;
  return {
    document: tree(host.document.documentElement),
    title: host.document.title,
    address: { ...host.realm.location },
    globals: Object.keys(host.realm).sort(),
    prototypes: host.run(prototypes),
    bridges: { ...host.realm.standinHost.bridges() },
    pending: host.realm.standinHost.pending(),
    timers: host.timers.filter(Boolean).length,
    frames: world.frames.length,
    resolved: world.resolved,
    log: host.log,
  };
};

// tokenFor gives the token that the app gets, if it gets one.
const tokenFor = async (world) => {
  let token = 'none';
  world.frames[0].realm.AP.context.getToken().then((value) => { token = value; }, (error) => { token = `rejected: ${error}`; });
  await world.settle();
  return token;
};

let thrown = [];
process.on('uncaughtException', (error) => thrown.push(error));

// outsiders posts what must be refused, and nothing but the journal may tell of it.
const outsiders = async (seed) => {
  const pick = generator(seed);
  const world = new World(hostJS, allJS, {});
  await world.settle();
  const frame = world.frames[0];
  const token = await tokenFor(world);
  const before = structuredClone(stateOf(world));
  const heard = [];
  // Whoever asks where the host is may know.
  frame.listeners.message.push((event) => 'hostFrameOffset' in event.data || heard.push(event.data.type));
  const entries = world.journal.length;

  const expected = new Map();
  for (let i = 0; i < messagesPerSeed; i += 1) {
    const sender = senders[pick(senders.length)](frame, pick);
    const made = message(pick);
    if (sender.initCounts && made.type === 'init') made.type = 'req';
    // A window may say that it unloads from whatever origin it was led to, as with the published host.
    if (made.type === 'unload') sender.from.handle = nowhere;
    if (pick(40) === 0) {
      world.say(sender.from, odd(pick));
      continue;
    }
    const refusal = refusalOf(made, sender);
    if (refusal) expected.set(refusal, (expected.get(refusal) || 0) + 1);
    world.say(sender.from, { ...made, eid: sender.eid });
  }
  await world.settle();

  assert.deepEqual(thrown, [], 'something was thrown at the page');
  assert.deepEqual(structuredClone(stateOf(world)), before, 'the page is not as before');
  assert.deepEqual(heard, [], 'the app was told something');
  const noted = world.journal.slice(entries);
  assert.deepEqual([...new Set(noted.map((entry) => entry.kind))].filter((kind) => kind !== 'refused'), []);
  return { world, frame, token, noted, expected };
};

// counted gives how often each refusal was noted, without the word that more are not.
const counted = (noted) => {
  const counts = {};
  for (const { text } of noted) {
    const plain = text.replace(' (further ones are not noted)', '');
    counts[plain] = (counts[plain] || 0) + 1;
  }
  return counts;
};

const checkOutsiders = async (seed) => {
  const { world, frame, token, noted, expected } = await outsiders(seed);
  const want = Object.fromEntries([...expected].map(([refusal, count]) => [refusal, Math.min(count, 50)]));
  assert.deepEqual(counted(noted), want, 'the journal does not tell of what was refused');
  assert.equal(await tokenFor(world), token, 'the cache of tokens was touched');
  await world.settle();
  assert.equal(world.resolved, 0);
};

// insider posts from the app's own frame. It may ask for anything; what does not exist is noted as not
// emulated, and nothing that is wrongly made leaves more than a word on the console.
const checkInsider = async (seed) => {
  const pick = generator(seed ^ 0x5bd1e995);
  const world = new World(hostJS, allJS, {});
  await world.settle();
  const frame = world.frames[0];
  const token = await tokenFor(world);
  const without = ({ log, timers, ...rest }) => rest;
  const before = structuredClone(without(stateOf(world)));
  const entries = world.journal.length;
  let calls = 0;
  for (let i = 0; i < messagesPerSeed; i += 1) {
    const made = { ...message(pick), eid };
    if (made.type === 'unload') made.type = 'req';
    // An app that claims methods of the host's shuts itself out.
    if (made.type === 'init') delete made.targets;
    // No member of the API, so that whatever it is given, nothing may come of it.
    if (made.type === 'req') {
      made.mod = pick(2) ? odd(pick) : ['nothing', '__proto__', 'constructor', 'dialog', 'flag', 'context'][pick(6)];
      made.fn = ['nothing', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'][pick(6)];
      if (made._cls === 'create' || made._cls === 'getButton') delete made._cls;
      calls += 1;
    }
    world.say({ origin, handle: frame.handle }, made);
  }
  await world.settle();
  assert.deepEqual(thrown, [], 'something was thrown at the page');
  assert.deepEqual(structuredClone(without(stateOf(world))), before, 'the page is not as before');
  const noted = world.journal.slice(entries);
  assert.equal(noted.filter((entry) => entry.kind === 'not-emulated').length, calls, 'not every call of what does not exist was noted');
  assert.deepEqual(noted.filter((entry) => !['not-emulated', 'bridge'].includes(entry.kind)), [], 'a call of what does not exist counted as one');
  assert.equal(await tokenFor(world), token, 'the app is not served any more');
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  thrown = [];
  let answer = 'ok';
  try {
    await checkOutsiders(Number(line));
    await checkInsider(Number(line));
  } catch (error) {
    answer = JSON.stringify(error.stack.slice(0, 4000));
  }
  process.stdout.write(`${answer}\n`);
}

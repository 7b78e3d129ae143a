// What both ends do together. Run by TestBehaviour with the paths of host.js and all.js.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { runAll } from './run.mjs';
import { View, World } from './world.mjs';

const [hostJS, allJS] = process.argv.slice(2).map((path) => fs.readFileSync(path, 'utf8'));
const tests = {};
const jwt = /^[^.]+\.[^.]+\.[^.]+$/;

async function open(settings) {
  const world = new World(hostJS, allJS, settings);
  await world.settle();
  return { world, frame: world.frames[0], AP: () => world.frames[0].realm.AP };
}

// outcome tells what became of a promise so far.
async function outcome(world, promise) {
  let result = 'pending';
  promise.then((value) => { result = value; }, (error) => { result = { rejected: error }; });
  await world.settle();
  return result;
}

tests['the name has four members and init is answered'] = async () => {
  const { world, frame } = await open();
  const name = JSON.parse(frame.iframe.getAttribute('name'));
  assert.deepEqual(Object.keys(name), ['extension_id', 'api', 'origin', 'options']);
  assert.equal(frame.iframe.getAttribute('referrerpolicy'), 'no-referrer');
  assert.deepEqual({ ...world.host.realm.standinHost.bridges() }, { app__page__1: true });
  assert.equal(world.kinds('bridge').length, 1);
};

tests['a token comes from the page, then from the cache, for 30 seconds'] = async () => {
  const { world, AP } = await open();
  const first = await AP().context.getToken();
  await world.advance(30000);
  assert.equal(await AP().context.getToken(), first);
  assert.equal(world.resolved, 0);
  await world.advance(1);
  const second = await AP().context.getToken();
  assert.notEqual(second, first);
  assert.equal(world.resolved, 1);
  assert.equal((await AP().context.getContext()).fresh, 1);
  assert.equal(world.kinds('delivered').length, 3);
  assert.equal(world.kinds('delivered')[0].token, first);
};

tests['an expired first token is replaced when the bridge is up'] = async () => {
  const { world } = await open({ options: { contextJwt: 'x.eyJleHAiOjF9.y' } });
  assert.equal(world.resolved, 1);
};

tests['the callback form gets the value alone'] = async () => {
  const { AP } = await open();
  const args = await new Promise((done) => { AP().context.getToken((...values) => done(values)); });
  assert.equal(args.length, 1);
};

tests['a failed renewal answers nobody and is tried again'] = async () => {
  const { world, AP } = await open();
  await world.advance(31000);
  world.resolver = async () => world.answer({}, 500);
  assert.equal(await outcome(world, AP().context.getToken()), 'pending');
  assert.equal(world.host.realm.standinHost.pending(), 0, 'what is never answered is not pending');
  world.resolver = null;
  assert.match(await outcome(world, AP().context.getToken()), jwt);
};

tests['a slow renewal is pending until it is answered, and shared'] = async () => {
  const { world, AP } = await open();
  await world.advance(31000);
  let release;
  world.resolver = () => new Promise((done) => { release = () => done(world.answer({ options: { contextJwt: world.token() } })); });
  const token = AP().context.getToken();
  assert.equal(await outcome(world, token), 'pending');
  const other = AP().context.getToken();
  assert.equal(await outcome(world, other), 'pending');
  assert.equal(world.host.realm.standinHost.pending(), 2);
  release();
  assert.equal(await other, await token);
  assert.equal(world.resolved, 1, 'calls during a renewal share it');
  await world.settle();
  assert.equal(world.host.realm.standinHost.pending(), 0);
};

tests['getToken can be told to hang, to be empty and to reject'] = async () => {
  const { world, AP } = await open({ config: { getToken: 'hang' } });
  assert.equal(await outcome(world, AP().context.getToken()), 'pending');
  world.host.realm.standinHost.setGetToken('empty');
  assert.equal(await outcome(world, AP().context.getToken()), '');
  world.host.realm.standinHost.setGetToken('reject');
  assert.match((await outcome(world, AP().context.getToken())).rejected, /told to fail/);
  const count = await new Promise((done) => { AP().context.getToken((...values) => done(values.length)); });
  assert.equal(count, 0, 'a callback hears of a failure by getting nothing');
};

tests['what was withheld on purpose is not kept'] = async () => {
  const { world, AP } = await open({ options: { contextJwt: '' }, config: { getToken: 'empty' } });
  world.host.realm.standinHost.setGetToken('');
  assert.match(await outcome(world, AP().context.getToken()), jwt, 'after a page that was rendered without a token');

  const withheld = () => ({ ...world.answer({ options: { contextJwt: '', structuredContext: '{"a":1}' } }), headers: { get: () => 'empty' } });
  world.host.realm.standinHost.setGetToken('empty');
  await world.advance(31000);
  world.resolver = async () => withheld();
  assert.equal((await AP().context.getContext()).a, 1);
  world.resolver = null;
  world.host.realm.standinHost.setGetToken('');
  assert.match(await outcome(world, AP().context.getToken()), jwt, 'after getContext() while there was no token');

  await world.advance(31000);
  world.resolver = async () => withheld();
  await AP().context.getContext();
  world.resolver = null;
  assert.match(await outcome(world, AP().context.getToken()), jwt, 'where the page itself was told nothing');
};

tests['a renewal that hangs ends with what made it hang'] = async () => {
  const { world, AP } = await open();
  world.host.realm.standinHost.setGetToken('hang');
  await world.advance(31000);
  world.resolver = () => new Promise(() => {});
  assert.equal(await outcome(world, AP().context.getContext()), 'pending');
  world.resolver = null;
  world.host.realm.standinHost.setGetToken('');
  assert.match(await outcome(world, AP().context.getToken()), jwt);
};

tests['an app without a token hears nothing'] = async () => {
  const { world, AP } = await open({ options: { contextJwt: undefined } });
  assert.equal(await outcome(world, AP().context.getToken()), 'pending');
  assert.match(world.host.log.join('\n'), /does not use JWT/);
};

tests['a promise that has nothing to give is rejected with nothing'] = async () => {
  const { world, AP } = await open({ options: { structuredContext: undefined } });
  world.resolver = async () => world.answer({ options: {} });
  await world.advance(31000);
  assert.deepEqual(await outcome(world, AP().context.getContext()), { rejected: undefined });
};

tests['an app hears its host and nobody else'] = async () => {
  const { world, frame, AP } = await open();
  const heard = [];
  AP().events.on('news', (value) => heard.push(value));
  const event = (value) => ({ type: 'evt', etyp: 'news', evnt: [value] });
  frame.post(event('other window'), '*', { origin: 'http://localhost:1', handle: {} });
  frame.post(event('other origin'), '*', { origin: 'http://evil.example', handle: frame.realm.parent });
  frame.post(event('host'), '*', { origin: 'http://localhost:1', handle: frame.realm.parent });
  await world.settle();
  assert.deepEqual(heard, ['host']);
};

tests['the journal keeps what the server refuses, in order'] = async () => {
  const { world, AP } = await open();
  const before = world.journal.length;
  world.journalFails = true;
  AP().events.emit('one');
  AP().events.emit('two');
  await world.settle();
  await assert.rejects(world.host.realm.standinHost.flush(), /journal answered 500/);
  world.journalFails = false;
  await world.host.realm.standinHost.flush();
  assert.deepEqual(world.journal.slice(before).map((entry) => entry.args[0]), ['one', 'two']);
};

tests['a journal that is held leaves when it is asked for'] = async () => {
  const { world, AP } = await open({ config: { holdJournal: true } });
  const { standinHost } = world.host.realm;
  AP().events.emit('one');
  await world.settle();
  assert.equal(world.journal.length, 0);
  assert.ok(standinHost.unsaid() > 0);
  await standinHost.flush();
  assert.equal(standinHost.unsaid(), 0);
  assert.equal(world.journal[0].kind, 'bridge');
  assert.deepEqual(world.journal.filter((entry) => entry.call === 'events.emit').map((entry) => entry.args[0]), ['one']);
};

tests['a journal that is held leaves with its page, and when there is much of it'] = async () => {
  for (const [calls, leaves] of [[1, true], [7, false]]) {
    const { world, AP } = await open({ config: { holdJournal: true } });
    for (let i = 0; i < calls; i += 1) AP().events.emit('news', { text: 'x'.repeat(8000) });
    await world.settle();
    assert.equal(world.journal.length > 0, !leaves, `after ${calls} calls`);
    if (leaves) {
      world.host.listeners.pagehide.forEach((run) => run());
      await world.settle();
    } else {
      await world.host.realm.standinHost.flush();
    }
    assert.equal(world.journal.filter((entry) => entry.call === 'events.emit').length, calls);
  }
};

tests['a callback method without a callback gives undefined'] = async () => {
  const { AP } = await open();
  assert.equal(AP().user.getCurrentUser(), undefined);
};

tests['messages that fail a check change nothing'] = async () => {
  const { world, frame } = await open({ options: { isFullPage: true } });
  const eid = 'app__page__1';
  const call = { type: 'req', eid, mod: 'page', fn: 'setTitle', args: ['taken'], mid: '1' };
  const stranger = { origin: 'http://127.0.0.1:2', handle: { postMessage() {} } };
  world.say(stranger, call);
  world.say({ origin: 'http://evil.example', handle: frame.handle }, call);
  world.say({ origin: 'http://evil.example', handle: stranger.handle }, { type: 'init', eid });
  world.say(frame, { ...call, eid: 'nobody' });
  for (const nonsense of [null, 7, 'init', [], {}, { type: 'init' }, { type: 'constructor', eid }, { type: 'req', eid }, { type: 'req', eid, mod: '__proto__', fn: 'toString', args: 3 }]) {
    world.say(frame, nonsense);
  }
  await world.settle();
  assert.equal(world.host.document.title, '');
  const reasons = world.kinds('refused').map((entry) => entry.text.replace(/.*refused: /, ''));
  const origin = 'it comes from http://evil.example, but the extension was opened at http://127.0.0.1:2';
  const nobody = 'no extension has this id';
  assert.deepEqual(reasons, ['it comes from another window than the one that said init', origin, origin, nobody, nobody]);
  assert.match(await outcome(world, frame.realm.AP.context.getToken()), jwt);
  frame.realm.AP.page.setTitle('ours');
  await world.settle();
  assert.equal(world.host.document.title, 'ours - Jira');
};

tests['an unknown call is noted with its arguments and never answered'] = async () => {
  const { world, frame } = await open();
  world.say(frame, { type: 'req', eid: 'app__page__1', mod: 'jira', fn: 'teleport', args: [{ to: 'mars' }], mid: '1' });
  frame.realm.AP.addRequestMarshal('A-1', () => {});
  await world.settle();
  assert.deepEqual(world.kinds('not-emulated').map(({ call, args }) => [call, args]), [['jira.teleport', [{ to: 'mars' }]], ['addRequestMarshal', ['A-1']]]);
};

tests['a second init is answered, the bridge is established once'] = async () => {
  const { world, frame } = await open();
  const heard = [];
  frame.listeners.message.push((event) => heard.push(event.data.type));
  await world.advance(40000);
  world.say(frame, { type: 'init', eid: 'app__page__1' });
  await world.settle();
  assert.deepEqual(heard, ['init_received']);
  assert.equal(world.resolved, 0, 'a page within the frame is no new extension');
};

tests['a sub-host that claims a method of ours is called a tamperer'] = async () => {
  const { world, frame } = await open();
  const heard = [];
  frame.listeners.message.push((event) => heard.push(event.data));
  world.say(frame, { type: 'init', eid: 'app__page__1', targets: { mine: { run: 'parent' } } });
  world.say(frame, { type: 'init', eid: 'app__page__1', targets: { context: { getToken: 'parent' } } });
  await world.settle();
  assert.deepEqual(heard.filter((data) => data.type === 'api_tamper').map((data) => data.tampered), [false, true]);
};

tests['an event reaches its sender'] = async () => {
  const { world, AP } = await open();
  const heard = [];
  AP().events.on('news', (...values) => heard.push(values));
  AP().events.emit('news', 1, 'two');
  await world.settle();
  assert.deepEqual(heard, [[1, 'two']]);
};

tests['a dialog is an extension of its own, told its data and never its opener\'s token'] = async () => {
  const { world, AP } = await open();
  world.resolver = async () => world.answer({ url: 'http://127.0.0.1:2/box', options: {} });
  AP().dialog.create({ key: 'box', customData: { n: 1 } });
  await world.settle();
  const { options } = JSON.parse(world.frames[1].iframe.getAttribute('name'));
  assert.equal(options.isDialog, true);
  assert.equal(options.callbackExtensionId, 'app__page__1');
  assert.deepEqual(options.customData, { n: 1 });
  assert.deepEqual(options.globalOptions, {});
  assert.equal(options.contextJwt, undefined);

  const closed = new Promise((done) => { AP().events.on('dialog.close', done); });
  world.frames[1].realm.AP.dialog.close({ saved: true });
  assert.deepEqual({ ...await closed }, { saved: true });
  assert.deepEqual({ ...world.host.realm.standinHost.bridges() }, { app__page__1: true });
};

tests['submit closes a dialog unless a handler says no'] = async () => {
  for (const [answer, left] of [[undefined, 0], [true, 0], [false, 1]]) {
    const { world, AP } = await open();
    AP().dialog.create({ key: 'box', chrome: true });
    await world.settle();
    if (answer !== undefined) world.frames[1].realm.AP.dialog.getButton('submit').bind(() => answer);
    await world.settle();
    const all = () => world.host.document.documentElement.all();
    all().find((one) => one.textContent === 'Submit').click();
    await world.settle();
    assert.equal(all().filter((one) => one.tag === 'section').length, left, `handler says ${answer}`);
  }
};

tests['queued events are released by event_query and dropped after 30 seconds'] = async () => {
  for (const [wait, expected] of [[29000, 1], [31000, 0]]) {
    const { world, AP } = await open();
    world.allJSLoads = false;
    AP().dialog.create({ key: 'box', chrome: true, buttons: [{ text: 'Go', identifier: 'go' }] });
    await world.settle();
    const dialog = world.frames[1];
    const eid = JSON.parse(dialog.iframe.getAttribute('name')).extension_id;
    const heard = [];
    dialog.listeners.message = [(event) => heard.push(event.data.etyp)];
    world.say(dialog, { type: 'init', eid });
    await world.settle();
    world.host.document.documentElement.all().find((one) => one.className.includes('custom-button')).click();
    await world.advance(wait);
    world.say(dialog, { type: 'event_query', eid, args: ['_any'] });
    await world.settle();
    assert.equal(heard.filter((name) => name === 'dialog.button.click').length, expected, `after ${wait} ms`);
  }
};

tests['an iframe that leaves the page ends its extension'] = async () => {
  const { world, frame } = await open();
  frame.iframe.remove();
  assert.deepEqual({ ...world.host.realm.standinHost.bridges() }, {});
  world.say(frame, { type: 'req', eid: 'app__page__1', mod: 'page', fn: 'setTitle', args: ['late'] });
  await world.settle();
  assert.equal(world.kinds('refused').length, 0, 'a last word is no attack');
};

tests['an app that never says init is called unresponsive after 12 seconds'] = async () => {
  const world = new World(hostJS, '');
  await world.settle();
  const indicator = () => world.host.document.documentElement.querySelector('.ap-load-timeout');
  await world.advance(11999);
  assert.equal(indicator(), null);
  await world.advance(1);
  assert.ok(indicator());
};

tests['resizes are gathered for 50 milliseconds'] = async () => {
  const { world, frame, AP } = await open();
  AP().env.resize('100%', 200);
  AP().env.resize('100%', 300);
  await world.settle();
  assert.equal(frame.iframe.style.height, undefined);
  await world.advance(50);
  assert.equal(frame.iframe.style.height, '300px');
};

tests['a public event shows neither token nor URL of its sender'] = async () => {
  const { world, AP } = await open();
  let sender;
  AP().events.onPublic('p', () => {}, (who) => { sender = who; return true; });
  AP().events.emitPublic('p', 1);
  await world.settle();
  assert.equal(sender.addonKey, 'app');
  assert.equal('contextJwt' in sender.options, false);
};

tests['functions, nulls and circles do not cross the bridge'] = async () => {
  const { world, frame, AP } = await open();
  const circle = frame.run('const circle = { kept: 1, none: null, run() {} }; circle.self = circle; circle');
  AP().events.emit('thing', circle);
  await world.settle();
  assert.deepEqual(world.kinds('call').find((entry) => entry.call === 'events.emit').args, ['thing', { kept: 1 }]);
};

tests['a frame that says unload with a window is heard no more until it says init, and its token is forgotten'] = async () => {
  const { world, frame, AP } = await open();
  const eid = 'app__page__1';
  world.say({ origin: 'http://127.0.0.1:2', handle: null }, { type: 'unload', eid });
  await world.settle();
  assert.match(await outcome(world, AP().context.getToken()), jwt, 'the last word has no source in Chromium, and is not taken');
  assert.equal(world.resolved, 0);
  world.say(frame, { type: 'unload', eid });
  await world.settle();
  assert.equal(await outcome(world, AP().context.getToken()), 'pending');
  assert.match(world.kinds('refused').map((entry) => entry.text).join(), /another window/);
  world.say(frame, { type: 'init', eid });
  await world.settle();
  assert.match(await outcome(world, AP().context.getToken()), jwt);
  assert.equal(world.resolved, 1);
};

tests['an extension within an app\'s frame is unknown until it is registered'] = async () => {
  const { world } = await open();
  const eid = 'app__sub__1';
  const heard = [];
  const inner = { origin: 'http://127.0.0.1:2', handle: { postMessage: (message, target) => heard.push([message.type, target]) } };
  world.say(inner, { type: 'init', eid, targets: { mine: { run: 'parent' } } });
  await world.settle();
  assert.equal(world.kinds('refused').length, 1);
  const { standinHost } = world.host.realm;
  const established = [];
  standinHost.registerExistingExtension(eid, { extension: { addon_key: 'app', key: 'sub', url: 'http://127.0.0.1:2/sub' }, initCallback: (id) => established.push(id) });
  world.say(inner, { type: 'init', eid, targets: { mine: { run: 'parent' } } });
  world.say(inner, { type: 'init', eid });
  world.say(inner, { type: 'req', eid, mod: 'context', fn: 'getToken', args: [], mid: '1' });
  await world.settle();
  assert.deepEqual(heard.map(([type]) => type), ['init_received', 'api_tamper', 'init_received', 'resp']);
  assert.deepEqual(established, [eid]);
  standinHost.destroy(eid);
  world.say(inner, { type: 'req', eid, mod: 'context', fn: 'getToken', args: [], mid: '2' });
  await world.settle();
  assert.equal(heard.length, 4);
  assert.deepEqual({ ...standinHost.bridges() }, { app__page__1: true });
};

tests['broken targets leave a frame without an answer, as with the product'] = async () => {
  const { world, frame } = await open();
  const heard = [];
  frame.listeners.message.push((event) => heard.push(event.data.type));
  world.say(frame, { type: 'init', eid: 'app__page__1', targets: { context: { getToken: 'parent' }, env: null } });
  await world.settle();
  assert.deepEqual(heard, ['init_received']);
};

tests['a module of the name of a function of all.js leaves the app without AP'] = async () => {
  const { world } = await open();
  for (const api of [{ register: {} }, { _globals: { tool: { args: [] } }, tool: {} }]) {
    const view = new View(world, 'http://127.0.0.1:2', JSON.stringify({ extension_id: 'a__b__1', api, origin: 'http://localhost:1', options: { globalOptions: {} } }));
    view.realm.parent = { postMessage() {} };
    view.realm.top = view.realm.parent;
    assert.throws(() => view.run(allJS), /will collide/);
    assert.equal(view.realm.AP, undefined);
  }
};

tests['every entry is stamped with the virtual time'] = async () => {
  const { world, AP } = await open();
  await world.advance(3600000);
  await AP().context.getToken();
  await world.host.realm.standinHost.flush();
  assert.equal(world.journal[world.journal.length - 1].at, world.now);
};

await runAll(tests);

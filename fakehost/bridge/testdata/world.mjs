// A host page and the frames in it, without a browser: two small windows with just the DOM that the
// scripts touch, message passing by structured clone, and time that moves only when a test moves it.

import vm from 'node:vm';

class FakeStyle {
  setProperty(name, value) { this[name] = value; }
}

class FakeElement {
  constructor(tag, view) {
    Object.assign(this, { tag, view, children: [], parentElement: null, style: new FakeStyle(), attributes: {}, listeners: {}, textContent: '', className: '' });
    this.sandbox = { supports: (token) => token.startsWith('allow-') };
    const names = () => this.className.split(' ').filter(Boolean);
    this.classList = {
      add: (...more) => { this.className = [...new Set([...names(), ...more])].join(' '); },
      remove: (name) => { this.className = names().filter((one) => one !== name).join(' '); },
      contains: (name) => names().includes(name),
    };
  }
  get id() { return this.attributes.id || ''; }
  set id(value) { this.attributes.id = value; }
  get firstChild() { return this.children[0]; }
  get isConnected() { return this === this.view.document.documentElement || Boolean(this.parentElement && this.parentElement.isConnected); }
  setAttribute(name, value) { if (name === 'class') this.className = value; else this.attributes[name] = value; }
  getAttribute(name) { return name in this.attributes ? this.attributes[name] : null; }
  insert(at, nodes) {
    for (const node of nodes.filter((one) => one instanceof FakeElement)) node.parentElement = this;
    this.children.splice(at, 0, ...nodes);
    this.view.inserted(nodes);
  }
  append(...nodes) { this.insert(this.children.length, nodes); }
  prepend(...nodes) { this.insert(0, nodes); }
  replaceChildren(...nodes) { this.children = []; this.insert(0, nodes); }
  remove() {
    this.parentElement.children = this.parentElement.children.filter((one) => one !== this);
    this.parentElement = null;
    this.view.mutated();
  }
  after(...nodes) { this.parentElement.insert(this.parentElement.children.indexOf(this) + 1, nodes); }
  closest() { return null; }
  showModal() {}
  close() { (this.listeners.close || []).forEach((run) => run({})); }
  all() { return this.children.filter((one) => one instanceof FakeElement).flatMap((one) => [one, ...one.all()]); }
  querySelectorAll(selector) { return this.all().filter((one) => one.classList.contains(selector.slice(1))); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] || null; }
  addEventListener(name, run) { (this.listeners[name] = this.listeners[name] || []).push(run); }
  getBoundingClientRect() { return { top: 0, left: 0, height: 100 }; }
  focus() {}
  click() { (this.listeners.click || []).forEach((run) => run({ preventDefault() {} })); }
}

// View is a window with its own realm.
export class View {
  constructor(world, origin, name) {
    this.world = world;
    this.origin = origin;
    this.listeners = {};
    this.observers = [];
    this.timers = [];
    this.log = [];
    this.document = { readyState: 'complete', title: '' };
    this.document.documentElement = new FakeElement('html', this);
    this.document.head = new FakeElement('head', this);
    this.document.body = new FakeElement('body', this);
    this.document.documentElement.append(this.document.head, this.document.body);
    this.realm = vm.createContext(this.globals(name));
    this.window = this.realm;
    // In a realm of its own, Date is another object than here.
    vm.runInContext('globalThis.window = globalThis; Date.now = () => now();', this.realm);
  }
  globals(name) {
    const doc = this.document;
    const note = (level) => (...words) => this.log.push(`${level}: ${words.join(' ')}`);
    return {
      name,
      now: () => this.world.now,
      document: Object.assign(doc, {
        createElement: (tag) => new FakeElement(tag, this),
        getElementById: (id) => doc.documentElement.all().find((one) => one.id === id) || null,
        querySelector: () => null,
        querySelectorAll: () => [],
      }),
      location: { href: `${this.origin}/page`, origin: this.origin, search: '' },
      console: { log: note('log'), warn: note('warn'), error: note('error') },
      addEventListener: (type, run) => { (this.listeners[type] = this.listeners[type] || []).push(run); },
      removeEventListener: (type, run) => { this.listeners[type] = (this.listeners[type] || []).filter((one) => one !== run); },
      setTimeout: (run, delay) => this.timers.push({ run, at: this.world.now + (delay || 0) }),
      clearTimeout: (id) => { if (id) this.timers[id - 1] = null; },
      requestAnimationFrame: () => {},
      fetch: (url, init) => this.world.fetch(String(url), init),
      MutationObserver: class { constructor(run) { this.run = run; } observe() { this.view.observers.push(this.run); } },
      ResizeObserver: class { observe() {} },
      HTMLElement: FakeElement, Node: class {}, Blob, ArrayBuffer, TextEncoder, URL, URLSearchParams, FormData, atob,
      history: { pushState() {}, replaceState() {} },
      innerHeight: 600, innerWidth: 800, scrollX: 0, scrollY: 0,
    };
  }
  inserted(nodes) {
    for (const node of nodes) {
      if (node instanceof FakeElement && node.tag === 'iframe' && node.isConnected) this.world.loadFrame(this, node);
    }
  }
  mutated() { this.observers.forEach((run) => run()); }
  // post delivers a message as the browser does: later, copied, only to the origin that was meant.
  post(message, target, source) {
    const data = structuredClone(message);
    setImmediate(() => {
      if (target !== '*' && new URL(target).origin !== this.origin) return;
      (this.listeners.message || []).forEach((run) => run({ data, origin: source.origin, source: source.handle }));
    });
  }
  run(code) { return vm.runInContext(code, this.realm); }
  runTimers() {
    for (const [i, timer] of this.timers.entries()) {
      if (timer && timer.at <= this.world.now) { this.timers[i] = null; timer.run(); }
    }
  }
}

export class World {
  constructor(hostJS, allJS, { config = {}, options = {} } = {}) {
    Object.assign(this, { now: 1.8e12, hostJS, allJS, frames: [], journal: [], resolved: 0, resolver: null, allJSLoads: true });
    this.host = new View(this, 'http://localhost:1', '');
    const { realm } = this.host;
    const observer = realm.MutationObserver;
    observer.prototype.view = this.host;
    this.host.handle = realm;
    // Within its realm the global object has another identity than from here.
    vm.runInContext('globalThis.top = globalThis; globalThis.parent = globalThis;', realm);
    realm.postMessage = (message, target) => this.host.post(message, target, this.speaker || this.host);
    const id = 'app__page__1';
    const extension = {
      addon_key: 'app', key: 'page', extension_id: id, url: 'http://127.0.0.1:2/page',
      options: { globalOptions: {}, hostOrigin: 'http://localhost:1', contextJwt: this.token(), structuredContext: { seed: true }, ...options },
    };
    const element = realm.document.createElement('script');
    element.id = 'standin-page';
    element.textContent = JSON.stringify({ product: 'jira', contextPath: '', secret: 's', extensions: [extension], user: null, ...config });
    realm.document.body.append(element);
    vm.runInContext(hostJS, realm);
  }
  token(life = 900) {
    this.minted = (this.minted || 0) + 1;
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'HS256' })}.${part({ exp: Math.floor(this.now / 1000) + life, n: this.minted })}.sig`;
  }
  // loadFrame gives a new iframe a window and runs all.js in it.
  loadFrame(host, iframe) {
    const view = new View(this, new URL(iframe.getAttribute('src')).origin, iframe.getAttribute('name'));
    const toHost = { postMessage: (message, target) => host.post(message, target, view) };
    view.realm.parent = toHost;
    view.realm.top = toHost;
    view.handle = { postMessage: (message, target) => view.post(message, target, this.fromHost(toHost)) };
    view.iframe = iframe;
    this.frames.push(view);
    if (this.allJSLoads) setImmediate(() => vm.runInContext(this.allJS, view.realm));
  }
  // The frame knows its host by the object that stands for window.parent.
  fromHost(handle) { return { origin: this.host.origin, handle }; }
  async fetch(url, init) {
    if (url === '/_standin/journal') {
      if (this.journalFails) return this.answer({}, 500);
      this.journal.push(...JSON.parse(init.body).entries);
      return { ok: true, status: 200 };
    }
    this.resolved += 1;
    if (this.resolver) return this.resolver(url, init);
    return this.answer({ url: 'http://127.0.0.1:2/page', options: { contextJwt: this.token(), structuredContext: { fresh: this.resolved } } });
  }
  answer(value, status = 200) {
    return { ok: status < 400, status, text: async () => JSON.stringify(value) };
  }
  async settle() {
    for (let i = 0; i < 30; i += 1) await new Promise((done) => setImmediate(done));
  }
  async advance(ms) {
    this.now += ms;
    this.host.runTimers();
    await this.settle();
  }
  // say posts to the host in the name of a frame.
  say(frame, message) { this.host.post(message, '*', frame); }
  kinds(kind) { return this.journal.filter((entry) => entry.kind === kind); }
}

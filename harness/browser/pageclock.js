// The page clock: makes Date, performance.now and the timers of one window
// follow standin's virtual clock, and tells standin of each navigation in the
// moment in which the page makes it. It runs before the first script of every
// document. %CONFIG% is replaced by {name, binding, offset}.
(config => {
  'use strict';
  const global = globalThis;
  if (Object.prototype.hasOwnProperty.call(global, config.name)) return;

  const RealDate = global.Date;
  const realNow = RealDate.now;
  const perf = global.performance;
  const realPerfNow = perf.now.bind(perf);
  const realTimeOrigin = perf.timeOrigin;
  const realSetTimeout = global.setTimeout.bind(global);
  const realClearTimeout = global.clearTimeout.bind(global);
  const Channel = global.MessageChannel;
  const report = global[config.binding];
  delete global[config.binding];

  // wall is added to what Date and performance tell; timerLag is what timers
  // have not been told of (a sleep that stops them leaves them behind).
  let wall = config.offset;
  const born = config.offset;
  let timerShift = 0;

  const now = () => realNow() + wall;
  const timerNow = () => realPerfNow() + timerShift;
  const tell = message => {
    if (report) report(JSON.stringify(Object.assign({ at: now() }, message)));
  };

  // ---- Date and performance -------------------------------------------------
  // A Proxy keeps what an app can ask of a native function: its name, its
  // length, its text, its prototype, subclassing.
  const VirtualDate = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length ? args : [now()], newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  const native = (owner, name, behave) => {
    const original = owner[name];
    if (typeof original !== 'function') return;
    const proxy = new Proxy(original, { apply: (target, self, args) => behave(args, self, target) });
    const own = Object.getOwnPropertyDescriptor(owner, name) || { configurable: true, enumerable: true, writable: true };
    Object.defineProperty(owner, name, Object.assign({}, own, { value: proxy }));
  };
  native(RealDate, 'now', () => now());
  Object.defineProperty(RealDate.prototype, 'constructor', { value: VirtualDate, writable: true, configurable: true });
  Object.defineProperty(global, 'Date', { value: VirtualDate, writable: true, configurable: true });

  // A formatter that is given no date takes the machine's.
  const dated = args => args.length && args[0] !== undefined ? args : [now()];
  const formatter = global.Intl.DateTimeFormat.prototype;
  native(formatter, 'formatToParts', (args, self, target) => Reflect.apply(target, self, dated(args)));
  const formats = new WeakMap(); // a formatter's own function -> ours
  const format = Object.getOwnPropertyDescriptor(formatter, 'format');
  Object.defineProperty(formatter, 'format', Object.assign({}, format, {
    get: new Proxy(format.get, { apply: (target, self, args) => {
      const own = Reflect.apply(target, self, args);
      if (!formats.has(own)) {
        formats.set(own, new Proxy(own, { apply: (f, that, given) => Reflect.apply(f, that, dated(given)) }));
      }
      return formats.get(own);
    } }),
  }));
  const temporal = global.Temporal && global.Temporal.Now;
  if (temporal) {
    const instant = () => global.Temporal.Instant.fromEpochMilliseconds(now());
    const zoned = args => instant().toZonedDateTimeISO(args.length && args[0] !== undefined ? args[0] : temporal.timeZoneId());
    native(temporal, 'instant', instant);
    native(temporal, 'zonedDateTimeISO', zoned);
    native(temporal, 'plainDateTimeISO', args => zoned(args).toPlainDateTime());
    native(temporal, 'plainDateISO', args => zoned(args).toPlainDate());
    native(temporal, 'plainTimeISO', args => zoned(args).toPlainTime());
  }

  const perfProto = Object.getPrototypeOf(perf);
  native(perfProto, 'now', (args, self, target) => Reflect.apply(target, self, args) + (wall - born));
  const origin = Object.getOwnPropertyDescriptor(perfProto, 'timeOrigin');
  if (origin && origin.get) {
    Object.defineProperty(perfProto, 'timeOrigin', Object.assign({}, origin, {
      get: new Proxy(origin.get, { apply: () => realTimeOrigin + born }),
    }));
  }

  // ---- timers -----------------------------------------------------------------
  const timers = new Map(); // id -> {id, run, due, every, depth, handle, what}
  const fired = new Map(); // what -> how often, since standin began to wait for quiet
  let lastID = 0;
  let depth = 0; // how deep in timers that set timers the running code is

  const arm = timer => {
    realClearTimeout(timer.handle);
    timer.handle = realSetTimeout(() => due(timer), Math.max(0, timer.due - timerNow()));
  };
  const due = timer => {
    if (!timers.has(timer.id)) return;
    // The browser rounds delays to whole milliseconds, and may wake us a hair early.
    if (timer.due - timerNow() > 1) { arm(timer); return; }
    fire(timer);
  };
  const fire = timer => {
    if (timer.every === null) {
      timers.delete(timer.id);
      fired.set(timer.what, (fired.get(timer.what) || 0) + 1);
    } else {
      timer.due = timerNow() + timer.every;
    }
    realClearTimeout(timer.handle);
    const before = depth;
    depth = timer.depth;
    try {
      timer.run();
    } finally {
      depth = before;
      if (timer.every !== null && timers.has(timer.id) && !running) arm(timer);
    }
  };
  const runner = (handler, args) => typeof handler === 'function'
    ? () => Reflect.apply(handler, global, args)
    : () => (0, global.eval)(String(handler));
  const set = repeat => (args, self, target) => {
    if (args.length === 0) return Reflect.apply(target, self, args); // which throws
    const [handler, delay, ...rest] = args;
    // A delay is a 32-bit integer, as in HTML: a longer one wraps around.
    const wait = Math.max(repeat ? 1 : 0, delay | 0);
    const timer = {
      id: ++lastID, run: runner(handler, rest), due: timerNow() + wait,
      every: repeat ? wait : null, depth: depth + 1, handle: undefined,
      what: repeat ? '' : wait + String(handler),
    };
    timers.set(timer.id, timer);
    if (!running) arm(timer);
    return timer.id;
  };
  const clear = args => {
    const timer = timers.get(Number(args[0]));
    if (!timer) return;
    realClearTimeout(timer.handle);
    timers.delete(timer.id);
  };
  native(global, 'setTimeout', set(false));
  native(global, 'setInterval', set(true));
  native(global, 'clearTimeout', clear);
  native(global, 'clearInterval', clear);

  // ---- navigations under way ----------------------------------------------------
  const navigationLimit = 1000;
  const repeats = 4;
  const loading = () => {
    const state = global.document ? global.document.readyState : 'complete';
    return state === 'loading' || state === 'interactive' && realPerfNow() < navigationLimit;
  };
  const arrived = [];
  let navigating = 0;

  // ---- what standin asks of the clock -----------------------------------------
  let running = false;
  const rearm = () => [...timers.values()].sort((a, b) => a.due - b.due).forEach(arm);

  // hop lets everything that is due run: messages, promises, tasks.
  const hop = () => new Promise(done => {
    const channel = new Channel();
    channel.port1.onmessage = () => { channel.port1.close(); realSetTimeout(done, 0); };
    channel.port2.postMessage(0);
  });
  const earliest = () => {
    let first = null;
    for (const t of timers.values()) {
      if (first === null || t.due < first.due || (t.due === first.due && t.id < first.id)) first = t;
    }
    return first;
  };

  const clock = {
    now,
    // sleep: time passed while nothing could run. Late timers fire now, once
    // each, unless they were paused with the machine. Like run, it is told where
    // the clock is to be, for a document that just came may be there already.
    sleep(to, paused) {
      if (!paused) timerShift += to - wall;
      wall = to;
      rearm();
    },
    // run: time passes with the page awake, so every timer fires in its turn and
    // sees the hour at which it was due. limit bounds the number of calls.
    async run(to, limit) {
      const endWall = to;
      const endShift = timerShift + to - wall;
      let fired = 0;
      running = true;
      try {
        for (let t = earliest(); t && fired < limit; t = earliest()) {
          const ahead = t.due - timerNow();
          if (timerShift + ahead > endShift) break;
          // Whole milliseconds: Date knows no others.
          const step = Math.min(Math.ceil(ahead), endWall - wall);
          if (step > 0) { timerShift += step; wall += step; }
          fired++;
          try { fire(t); } catch (e) { realSetTimeout(() => { throw e; }, 0); }
          await hop();
        }
      } finally {
        running = false;
        wall = endWall;
        timerShift = endShift;
        rearm();
      }
      return fired;
    },
    // next is how long it is until the next timer, or -1.
    next() {
      const first = earliest();
      return first ? Math.max(0, first.due - timerNow()) : -1;
    },
    // soon is how long it is until the last one-shot timer within ms will have
    // fired, or -1: work that the page has put off for a moment, such as a
    // debounced input. Timers that keep setting timers are polls and do not count,
    // nor do those that come again and again, as after each answer of a poll.
    soon(ms) {
      let last = -1;
      for (const t of timers.values()) {
        const left = t.due - timerNow();
        if (t.every === null && t.depth <= 3 && left <= ms && !(fired.get(t.what) >= repeats)) last = Math.max(last, left, 0);
      }
      return last;
    },
    // settle lets the page do all that is due, and tells what soon tells. It is
    // asked again until the answer is -1; first says that this begins.
    async settle(ms, first) {
      if (first) fired.clear();
      await hop();
      await hop();
      // Between one script of a document and the next nothing seems to go on.
      if (loading()) {
        await new Promise(done => realSetTimeout(done, 5));
        return 0;
      }
      // A navigation ends later than the click that began it: the hash changes and
      // its event comes in tasks of their own, and a new document takes this one
      // away. One that leads nowhere, such as to a 204, is waited for in vain.
      if (navigating && realPerfNow() - navigating < navigationLimit) {
        await new Promise(done => { arrived.push(done); realSetTimeout(done, 20); });
        return 0;
      }
      const left = clock.soon(ms);
      if (left >= 0) await new Promise(done => realSetTimeout(done, left + 2));
      return left;
    },
    hop,
  };
  Object.defineProperty(global, config.name, { value: clock });

  // ---- navigation -------------------------------------------------------------
  // The Navigation API's event comes before anything that the page does next, so
  // that a request sent in the same breath is told after it.
  if (global.navigation && global.navigation.addEventListener) {
    let how = '';
    if (global.history) {
      for (const name of ['pushState', 'replaceState']) {
        native(Object.getPrototypeOf(global.history), name, (args, self, target) => {
          how = name;
          try { return Reflect.apply(target, self, args); } finally { how = ''; }
        });
      }
    }
    // The browser's process does these: the event comes later than the call.
    const leave = (owner, name, goes) => {
      native(owner, name, (args, self, target) => {
        const possible = goes(args);
        const result = Reflect.apply(target, self, args);
        if (possible) navigating = realPerfNow();
        return result;
      });
    };
    const can = { back: () => global.navigation.canGoBack, forward: () => global.navigation.canGoForward };
    for (const name of ['back', 'forward']) {
      leave(Object.getPrototypeOf(global.history), name, can[name]);
      leave(Object.getPrototypeOf(global.navigation), name, can[name]);
    }
    leave(Object.getPrototypeOf(global.history), 'go', args => !(args[0] > 0 && !can.forward() || args[0] < 0 && !can.back()));
    leave(Object.getPrototypeOf(global.navigation), 'traverseTo', () => true);
    // What the document before could not tell, this one does.
    const came = perf.getEntriesByType('navigation')[0];
    tell({ event: 'arrived', type: came ? came.type : '', to: global.location.href });
    const over = () => {
      navigating = 0;
      for (const done of arrived.splice(0)) done();
    };
    // A router that intercepts makes a navigation to another document one within
    // this document.
    if (global.NavigateEvent) {
      native(global.NavigateEvent.prototype, 'intercept', (args, self, target) => {
        const result = Reflect.apply(target, self, args);
        tell({ event: 'intercepted', type: self.navigationType, to: self.destination.url });
        return result;
      });
    }
    global.navigation.addEventListener('navigatesuccess', over);
    global.navigation.addEventListener('navigateerror', over);
    global.navigation.addEventListener('navigate', e => {
      if (e.downloadRequest === null) navigating = realPerfNow();
      tell({ event: 'navigate', type: e.navigationType, api: how, hash: e.hashChange,
        same: e.destination.sameDocument, from: global.location.href, to: e.destination.url,
        download: e.downloadRequest !== null });
    });
  }
})(%CONFIG%);

// setTimeout and setInterval, on the virtual clock.
kit => {
  const { global, acting, timerNow, realSetTimeout, realClearTimeout } = kit;
  const timers = kit.timers = new Map(); // id -> {id, run, due, every, depth, handle, what, born, since}
  let lastID = 0;
  let depth = 0; // how deep in timers that set timers the running code is
  kit.running = false; // standin itself goes from timer to timer

  // A page that is hidden wakes for its timers once a second only, and for those of
  // a chain once a minute when it was hidden for five (Chrome: intensive throttling).
  const chain = 5, second = 1000, minute = 60 * second;
  const when = kit.when = timer => {
    if (kit.hiddenSince === null) return timer.due;
    const chained = timer.every !== null || timer.depth >= chain;
    const step = chained && timer.due - kit.hiddenSince >= 5 * minute ? minute : second;
    return Math.ceil(timer.due / step) * step;
  };

  const arm = timer => {
    realClearTimeout(timer.handle);
    if (kit.frozen) return;
    // Sums of fractions are off in their last digits, and must not cost a millisecond.
    timer.handle = realSetTimeout(() => due(timer), Math.max(0, Math.ceil(when(timer) - timerNow() - 1e-6)));
  };
  const due = timer => {
    if (!timers.has(timer.id)) return;
    // The browser rounds delays to whole milliseconds, and may wake us a hair early.
    if (when(timer) - timerNow() > 0.5) { arm(timer); return; }
    // Timers run in the order in which they are due, and those of one instant in that in
    // which they were set, whichever of them the browser wakes first.
    const first = kit.earliest();
    if (first !== null && first !== timer) arm(timer);
    kit.fire(first ?? timer);
  };
  kit.fire = timer => {
    if (timer.every === null) {
      timers.delete(timer.id);
      if (timer.what) kit.done(timer.what);
    } else {
      // As Chrome does it: what was late does not shift the calls that follow.
      const now = timerNow();
      timer.due = now + timer.every - Math.max(0, now - timer.due) % timer.every;
      timer.born = -1; // old from now on
    }
    realClearTimeout(timer.handle);
    const before = depth, outer = kit.firing;
    depth = timer.depth;
    kit.firing = timer;
    try {
      timer.run();
    } finally {
      depth = before;
      kit.firing = outer;
      if (timer.every !== null && timers.has(timer.id) && !kit.running) arm(timer);
    }
  };
  // name tells timers apart that do the same again and again: by what they run, and how
  // often. As a number, for what they run may be long.
  const names = new Map();
  const name = text => {
    if (!names.has(text)) names.set(text, names.size + 1);
    return names.get(text);
  };
  // step is how far apart two turns of a timer of the kind are.
  const step = timer => {
    if (kit.hiddenSince === null) return timer.wait;
    const grid = timer.due - kit.hiddenSince >= 5 * minute ? minute : second;
    return Math.ceil(timer.wait / grid) * grid;
  };
  // passOver leaves out the turns of the named timers that come before an instant of the
  // timers' clock, and counts them.
  kit.passOver = (name, until) => {
    let passed = 0;
    for (const timer of timers.values()) {
      const by = step(timer);
      const turns = timer.name === name && by > 0 ? Math.ceil((until - when(timer)) / by) : 0;
      if (turns < 1) continue;
      timer.due += turns * by;
      passed += turns;
      if (!kit.running) arm(timer);
    }
    return passed;
  };
  kit.rearm = () => [...timers.values()].sort((a, b) => a.due - b.due).forEach(arm);

  // A timer may be the limit of a question that was put in the same breath. It may not
  // fire before somebody looked whether there is an answer: until then it is fresh. A
  // round ends with each such look. One that a timer sets in its own stead, as for a
  // clock on the page, is as old as that; a limit is longer than a moment.
  const moment = 100;
  kit.round = 0;
  kit.firing = null; // the timer in whose turn code runs
  const lineage = (what, wait) => {
    const parent = kit.firing;
    const own = parent && what && parent.what === what && wait <= second;
    if (own) return { born: parent.born, since: parent.since };
    if (wait >= moment) kit.stir();
    return { born: kit.round, since: timerNow() };
  };
  kit.fresh = timer => timer.born === kit.round && timer.due - timer.since >= moment;

  // start makes a timer; what names its handler, and '' one that nobody waits for. One
  // with no name has its turn whatever others do.
  const start = kit.startTimer = (run, wait, every, what, name = 0) => {
    const timer = {
      id: ++lastID, run, due: timerNow() + wait, wait, every, depth: depth + 1, handle: undefined, what, name,
      ...lineage(what, wait),
    };
    timers.set(timer.id, timer);
    if (!kit.running) arm(timer);
    return timer;
  };
  const clear = kit.clearTimer = id => {
    const timer = timers.get(Number(id));
    if (!timer) return;
    realClearTimeout(timer.handle);
    timers.delete(timer.id);
  };
  kit.earliest = () => {
    let first = null;
    if (kit.frozen) return first;
    for (const t of timers.values()) {
      if (first === null || when(t) < when(first) || (when(t) === when(first) && t.id < first.id)) first = t;
    }
    return first;
  };

  const runner = (handler, args) => typeof handler === 'function'
    ? () => Reflect.apply(handler, global, args)
    : () => (0, global.eval)(String(handler));
  const set = repeat => (args, self, target) => {
    if (args.length === 0) return Reflect.apply(target, self, args); // which throws
    const [handler, delay, ...rest] = args;
    // A delay is a 32-bit integer, as in HTML: a longer one wraps around.
    const wait = Math.max(repeat ? 1 : 0, delay | 0);
    const what = wait + String(handler);
    return start(runner(handler, rest), wait, repeat ? wait : null, repeat ? '' : what, wait < moment ? 0 : name(repeat + what)).id;
  };
  acting('setTimeout', set(false));
  acting('setInterval', set(true));
  acting('clearTimeout', args => clear(args[0]));
  acting('clearInterval', args => clear(args[0]));
}

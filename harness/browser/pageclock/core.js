// The core of the page clock: where the time of this realm is kept, and how a
// function of the browser is replaced so that an app cannot tell. Each part of the
// page clock is a function of the kit that this one fills.
kit => {
  const { config } = kit;
  const global = kit.global = globalThis;
  const RealDate = kit.RealDate = global.Date;
  const realNow = RealDate.now;
  const perf = kit.perf = global.performance;
  const realPerfNow = kit.realPerfNow = perf ? perf.now.bind(perf) : realNow;
  kit.realSetTimeout = global.setTimeout && global.setTimeout.bind(global);
  kit.realClearTimeout = global.clearTimeout && global.clearTimeout.bind(global);
  kit.realFrame = global.requestAnimationFrame && global.requestAnimationFrame.bind(global);
  const report = global[config.binding];
  delete global[config.binding];

  // wall is added to what Date tells, monotonic to what performance tells since
  // this realm began; timerShift is what timers were told of the jumps. A clock
  // that is set moves the wall alone, as on a real machine.
  kit.wall = config.offset;
  kit.born = config.offset;
  kit.monotonic = 0;
  kit.timerShift = 0;
  kit.now = () => realNow() + kit.wall;
  kit.timerNow = () => realPerfNow() + kit.timerShift;
  kit.tell = message => {
    if (report) report(JSON.stringify(Object.assign({ at: kit.now() }, message)));
  };

  // The jumps so far, for instants that the browser noted before some of them.
  const jumps = []; // {at: real performance.now(), monotonic: from then on}
  kit.moved = (wall, monotonic) => {
    kit.wall += wall;
    kit.monotonic += monotonic;
    if (monotonic) jumps.push({ at: realPerfNow(), monotonic: kit.monotonic });
  };
  // shifted is the virtual reading for a reading of the machine's performance
  // clock, unshifted its opposite.
  kit.shifted = reading => {
    for (let i = jumps.length - 1; i >= 0; i--) {
      if (jumps[i].at <= reading) return reading + jumps[i].monotonic;
    }
    return reading;
  };
  kit.unshifted = reading => {
    for (let i = jumps.length - 1; i >= 0; i--) {
      const { at, monotonic } = jumps[i];
      if (reading - monotonic >= at) return reading - monotonic;
      const before = i > 0 ? jumps[i - 1].monotonic : 0;
      if (reading > at + before) return at; // within the jump
    }
    return reading;
  };

  // ---- replacing functions ----------------------------------------------------
  // A Proxy keeps what an app can ask of a native function: its name, its length,
  // its prototype, subclassing. Its text is that of the original, in whatever realm
  // of this page one asks for it: realms that reach each other share the list.
  const neighbour = other => {
    try {
      return other && other !== global && other[config.name] ? other[config.name].originals : undefined;
    } catch {
      return undefined; // of another origin
    }
  };
  const originals = kit.originals = neighbour(global.parent) || neighbour(global.opener) || new WeakMap();
  const cover = kit.cover = (original, handler) => {
    const proxy = new Proxy(original, handler);
    originals.set(proxy, original);
    return proxy;
  };
  const holder = (object, name) => {
    for (let o = object; o; o = Object.getPrototypeOf(o)) {
      if (Object.prototype.hasOwnProperty.call(o, name)) return o;
    }
    return null;
  };
  // native replaces the function at owner's name where it is defined.
  const native = kit.native = (owner, name, behave) => {
    const at = owner && holder(owner, name);
    if (!at || typeof at[name] !== 'function') return;
    const own = Object.getOwnPropertyDescriptor(at, name);
    const proxy = cover(own.value, { apply: (target, self, args) => behave(args, self, target) });
    Object.defineProperty(at, name, Object.assign({}, own, { value: proxy }));
  };
  // acting replaces a function of the realm's that acts on the window which it is called
  // on, be it that of another frame: then that one's clock does it.
  const realClear = global.clearTimeout;
  kit.acts = {};
  kit.acting = (name, behave) => {
    kit.acts[name] = behave;
    native(global, name, (args, self, target) => {
      if (self === undefined || self === null || self === global) return behave(args, self, target);
      Reflect.apply(realClear, self, []); // which throws if it is no window
      const there = self[config.name];
      return there ? there.acts[name](args, self, target) : Reflect.apply(target, self, args);
    });
  };
  // getter replaces what reading owner's name gives; behave gets the original value.
  kit.getter = (owner, name, behave) => {
    const at = owner && holder(owner, name);
    const own = at && Object.getOwnPropertyDescriptor(at, name);
    if (!own || !own.get) return;
    const get = cover(own.get, { apply: (target, self, args) => behave(Reflect.apply(target, self, args), self) });
    Object.defineProperty(at, name, Object.assign({}, own, { get }));
  };
  native(Function.prototype, 'toString', (args, self, target) =>
    Reflect.apply(target, originals.get(self) || self, args));
}

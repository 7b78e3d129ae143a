// The performance clock and what is told on it: the instants of events, of entries
// and of animation frames. They run on through jumps, and never go back.
kit => {
  const { global, perf, native, acting, getter, cover, shifted, unshifted } = kit;
  if (!perf) return;
  const origin = perf.timeOrigin;
  native(perf, 'now', (args, self, target) => Reflect.apply(target, self, args) + kit.monotonic);
  getter(perf, 'timeOrigin', value => value + kit.born);
  native(perf, 'toJSON', (args, self, target) => {
    const out = Reflect.apply(target, self, args);
    return Object.assign(out, { timeOrigin: self.timeOrigin }, self.timing && { timing: self.timing.toJSON() });
  });
  if (global.Event) getter(global.Event.prototype, 'timeStamp', shifted);

  // ---- entries ------------------------------------------------------------------
  // An instant of 0 is one that there was not, or the beginning: both stay.
  const instant = name => /(?:Start|End|Time)$|^(?:dom|first|load).*(?:Interactive|Complete|Paint)$/.test(name);
  const patched = [];
  for (const name of Object.getOwnPropertyNames(global)) {
    if (!/^(?:Performance\w*(?:Entry|Timing|Paint)|LargestContentfulPaint|LayoutShift|TaskAttributionTiming)$/.test(name) || name === 'PerformanceTiming') continue;
    const proto = global[name] && global[name].prototype;
    if (!proto) continue;
    for (const key of Object.getOwnPropertyNames(proto)) {
      if (instant(key)) getter(proto, key, value => typeof value === 'number' ? shifted(value) : value);
    }
    patched.push(proto);
  }
  const entry = global.PerformanceEntry && global.PerformanceEntry.prototype;
  if (entry) {
    getter(entry, 'duration', (value, self) => {
      const start = unshifted(self.startTime);
      return value > 0 ? shifted(start + value) - shifted(start) : value;
    });
    for (const proto of patched) {
      if (!Object.prototype.hasOwnProperty.call(proto, 'toJSON')) continue;
      native(proto, 'toJSON', (args, self, target) => {
        const out = Reflect.apply(target, self, args);
        for (const key of Object.keys(out)) {
          if (typeof out[key] === 'number' && (instant(key) || key === 'duration')) out[key] = self[key];
        }
        return out;
      });
    }
  }
  // What a script reads off this clock and hands back goes to the browser's.
  const back = (given, keys) => {
    if (typeof given === 'number') return unshifted(given);
    if (!given || typeof given !== 'object') return given;
    const out = Object.assign({}, given);
    for (const key of keys) {
      if (typeof out[key] === 'number') out[key] = unshifted(out[key]);
    }
    return out;
  };
  native(perf, 'mark', (args, self, target) =>
    Reflect.apply(target, self, args.map((arg, i) => i === 1 ? back(arg, ['startTime']) : arg)));
  native(perf, 'measure', (args, self, target) =>
    Reflect.apply(target, self, args.map((arg, i) => i > 0 && typeof arg === 'object' ? back(arg, ['start', 'end']) : arg)));

  // The old interface tells instants since 1970.
  const timing = global.PerformanceTiming && global.PerformanceTiming.prototype;
  if (timing) {
    const epoch = value => value ? Math.round(shifted(value - origin) + origin + kit.born) : value;
    for (const key of Object.getOwnPropertyNames(timing)) getter(timing, key, epoch);
    native(timing, 'toJSON', (args, self, target) => {
      const out = Reflect.apply(target, self, args);
      for (const key of Object.keys(out)) out[key] = self[key];
      return out;
    });
  }

  // Frames come when the browser paints; their instants are on this clock. One that
  // began before a jump is told of after it as one of now.
  const framed = at => at + kit.monotonic;
  const asked = new Map(); // id -> the end of its errand, until it is called or cancelled
  acting('requestAnimationFrame', (args, self, target) => {
    const [callback, ...rest] = args;
    if (typeof callback !== 'function') return Reflect.apply(target, self, args); // which throws
    const over = kit.errand('frame ' + String(callback));
    const id = Reflect.apply(target, self, [at => {
      over();
      kit.whenShown(at, now => {
        if (asked.delete(id)) callback.call(global, framed(now));
      });
    }, ...rest]);
    asked.set(id, over);
    return id;
  });
  acting('cancelAnimationFrame', (args, self, target) => {
    const over = asked.get(Number(args[0]));
    asked.delete(Number(args[0]));
    if (over) over();
    return Reflect.apply(target, self, args);
  });
  if (global.AnimationTimeline) getter(global.AnimationTimeline.prototype, 'currentTime', value => typeof value === 'number' ? framed(value) : value);
}

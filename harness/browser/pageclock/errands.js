// Errands: what the page has asked of the browser and waits for, of which neither the
// network nor a timer tells: a frame, idle time, its storage, the end of an animation.
kit => {
  const { global, native, realFrame, realPerfNow, realSetTimeout } = kit;
  const patience = 500; // ms; what takes longer may never come, as frames of what is not in view
  const repeats = 4; // what comes again and again goes on for ever
  const out = new Set(); // of {what, often, since}
  const fired = new Map(); // what -> how often, since standin began to wait for quiet
  const steps = new Set(); // what is counted anew for each piece of work
  const waiting = [];

  // done counts a call of what, and tired tells whether it came too often to be waited for.
  kit.done = what => fired.set(what, (fired.get(what) || 0) + 1);
  kit.tired = (what, often = repeats) => fired.get(what) >= often;
  // recount begins to count anew; while time runs, steps of work alone, so that what is
  // painted again and again is not waited for again and again.
  kit.recount = running => {
    if (running) steps.forEach(what => fired.delete(what)); else fired.clear();
  };

  // errand begins one, and what it returns ends it. More often than often, none of its
  // kind is waited for.
  const errand = kit.errand = (what, often) => {
    const one = { what, often, since: realPerfNow() };
    out.add(one);
    if (often) steps.add(what);
    if (!kit.tired(what, often)) kit.stir();
    return () => {
      if (!out.delete(one)) return;
      kit.done(what);
      for (const over of waiting.splice(0)) over();
    };
  };
  // awaited tells whether any is worth waiting for.
  kit.awaited = () => {
    animations();
    observers();
    const now = realPerfNow();
    return [...out].some(one => now - one.since < patience && !kit.tired(one.what, one.often));
  };
  // next is over when one is, or when it is time to look again.
  kit.nextErrand = () => new Promise(over => { waiting.push(over); realSetTimeout(over, 20); });

  // Animations that end soon: apps go on when they are told of it. One that is
  // never painted never ends.
  const known = new WeakSet();
  const then = Promise.prototype.then;
  const left = ({ effect, currentTime, playbackRate, playState }) => {
    if (!effect || playState !== 'running') return Infinity;
    return (effect.getComputedTiming().endTime - currentTime) / Math.abs(playbackRate);
  };
  const running = global.Document && global.Document.prototype.getAnimations;
  const animations = () => {
    if (!running || kit.hiddenSince !== null) return;
    for (const animation of Reflect.apply(running, global.document, [])) {
      if (known.has(animation) || !(left(animation) <= patience)) continue;
      known.add(animation);
      const over = errand('animation ' + (animation.animationName || animation.transitionProperty || animation.id));
      Reflect.apply(then, animation.finished, [over, over]);
    }
  };

  // Observers are told of what they look at after it was painted elsewhere or larger
  // than before, and once in any case.
  const observed = new Set(); // of {target, box}
  const entries = new WeakMap(); // target -> the one of it
  const rect = global.Element && global.Element.prototype.getBoundingClientRect;
  // The bridge's own looks at its sensor first: it tells the host of a size, on which
  // nothing of the page waits.
  const sensor = 'ac-resize-sensor';
  const bridge = new WeakSet();
  for (const name of ['IntersectionObserver', 'ResizeObserver']) {
    native(global[name] && global[name].prototype, 'observe', (args, self, target) => {
      const result = Reflect.apply(target, self, args);
      if (args[0].className === sensor) bridge.add(self);
      if (bridge.has(self)) return result;
      const entry = entries.get(args[0]) || { target: new WeakRef(args[0]) };
      entry.box = '';
      entries.set(args[0], entry);
      observed.add(entry);
      return result;
    });
  }
  const moved = entry => {
    const target = entry.target.deref();
    if (!target) {
      observed.delete(entry);
      return false;
    }
    const { x, y, width, height } = Reflect.apply(rect, target, []);
    const box = [x, y, width, height, global.innerWidth, global.innerHeight].join();
    if (box === entry.box) return false;
    entry.box = box;
    return true;
  };
  const observers = () => {
    if (kit.hiddenSince === null && [...observed].filter(moved).length) realFrame(errand('observers'));
  };
}

// Errands: what the page has asked of the browser and waits for, of which neither the
// network nor a timer tells: a frame, idle time, its storage, the end of an animation.
kit => {
  const { global, native, realFrame, realPerfNow, realSetTimeout } = kit;
  const patience = 500; // ms; what takes longer may never come, as frames of what is not in view
  const repeats = 4; // what comes again and again goes on for ever
  const out = new Set(); // of {what, often, since}
  const fired = kit.fired = new Map(); // what -> how often, since standin began to wait for quiet
  const waiting = [];

  // done counts a call of what, and tired tells whether it came too often to be waited for.
  kit.done = what => fired.set(what, (fired.get(what) || 0) + 1);
  kit.tired = (what, often = repeats) => fired.get(what) >= often;

  // errand begins one, and what it returns ends it. More often than often, none of its
  // kind is waited for.
  const errand = kit.errand = (what, often) => {
    const one = { what, often, since: realPerfNow() };
    out.add(one);
    return () => {
      if (!out.delete(one)) return;
      kit.done(what);
      for (const over of waiting.splice(0)) over();
    };
  };
  // awaited tells whether any is worth waiting for.
  kit.awaited = () => {
    animations();
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

  // Observers are told of what they look at after it was painted.
  kit.watching = false;
  for (const name of ['IntersectionObserver', 'ResizeObserver']) {
    native(global[name] && global[name].prototype, 'observe', (args, self, target) => {
      kit.watching = true;
      return Reflect.apply(target, self, args);
    });
  }
  let frame = null; // the one that was asked for, until it comes
  kit.painted = () => {
    frame = frame || { since: realPerfNow(), comes: new Promise(done => realFrame(() => { frame = null; done(); })) };
    const left = patience - (realPerfNow() - frame.since);
    return left > 0 ? Promise.race([frame.comes, new Promise(done => realSetTimeout(done, left))]) : undefined;
  };
}

// What standin asks of the clock: to move, to run what is due, and what there is to
// wait for. It is at a name that no app knows, and is not listed.
kit => {
  const { global, config, timers, timerNow, realPerfNow, realSetTimeout } = kit;
  const Channel = global.MessageChannel;
  const realFrame = kit.realFrame;
  const post = kit.realPost;

  // hop lets everything that is due run: messages, promises, tasks.
  // A worklet has no tasks of its own.
  const hop = () => realSetTimeout ? new Promise(done => {
    const channel = new Channel();
    channel.port1.onmessage = () => { channel.port1.close(); realSetTimeout(done, 0); };
    Reflect.apply(post, channel.port2, [0]);
  }) : Promise.resolve();

  const free = new Set(); // names of timers
  const control = Object.assign({
    originals: kit.originals,
    acts: kit.acts,
    now: kit.now,
    // sleep: time passed while nothing could run. Late timers fire now, once
    // each, unless they were paused with the machine. Like run, it is told where
    // the clock is to be, for a document that just came may be there already.
    sleep(to, paused) {
      const by = to - kit.wall;
      if (!paused) kit.timerShift += by;
      kit.moved(by, by);
      kit.rearm();
    },
    // step: the clock was set, ahead or back. Timers do not notice.
    step(to) { kit.moved(to - kit.wall, 0); },
    // run: time passes with the page awake, so every timer fires in its turn and
    // sees the hour at which it was due. limit bounds the number of calls. With care
    // for limits it goes no further than to a fresh timer, and with care for stirs to
    // one whose turn has put a question to somebody; with care for turns, to the next
    // that is not free. There it waits to be called again. It tells which timers had a
    // turn, each as [name, turns, ms between two of them].
    async run(to, limit, care) {
      const by = to - kit.wall;
      const endShift = kit.timerShift + by;
      const go = by => { kit.timerShift += by; kit.moved(by, by); };
      const stirs = kit.stirs;
      const turns = new Map();
      let count = 0, stopped = false;
      kit.running = true;
      try {
        for (let t = kit.earliest(); t && count < limit && !stopped; t = kit.earliest()) {
          const ahead = kit.when(t) - timerNow();
          if (kit.timerShift + ahead > endShift) break;
          stopped = care.limits && kit.fresh(t);
          if (stopped) break;
          // Whole milliseconds: Date knows no others.
          const step = Math.min(Math.ceil(ahead), to - kit.wall);
          if (step > 0) go(step);
          count++;
          kit.firing = t;
          try { kit.fire(t); } catch (e) { realSetTimeout(() => { throw e; }, 0); }
          await hop();
          stopped = care.stirs && kit.stirs !== stirs;
          if (!t.name) continue;
          const turn = turns.get(t.name) || [t.name, 0, t.wait];
          turn[1]++;
          turns.set(t.name, turn);
          stopped = stopped || care.turns && !free.has(t.name);
        }
      } finally {
        kit.firing = null;
        kit.running = false;
        if (!stopped) {
          go(to - kit.wall);
          kit.timerShift = endShift;
        }
        kit.rearm();
      }
      return [...turns.values()];
    },
    // free says whether the turns of a timer lead to nothing, so that run need not stop
    // there.
    free(name, is) { if (is) free.add(name); else free.delete(name); },
    // passOver leaves out the turns of a timer for so many ms from where the clock is to
    // be, and counts them.
    passOver(name, to, ms) { return kit.passOver(name, timerNow() + to - kit.wall + ms); },
    // ask lets the page do what is due, and ends a round. It tells whether anything was
    // asked of somebody since the last one, or came from there; whether the page is late,
    // for it stopped before the clock was where it is to be; and how long it is from then
    // until the next timer, null if there is none.
    async ask(to) {
      await hop();
      await hop();
      kit.round++;
      const Stirred = kit.stirs !== kit.told;
      kit.told = kit.stirs;
      const first = kit.earliest();
      const behind = to - kit.wall;
      return { Stirred, Late: behind > 0, Next: first && Math.max(kit.when(first) - timerNow(), 0) - behind };
    },
    // soon is how long it is until the last one-shot timer within ms will have
    // fired, or -1: work that the page has put off for a moment, such as a
    // debounced input. Timers that keep setting timers are polls and do not count,
    // nor do those that come again and again, as after each answer of a poll. With ms
    // below 0 none does: while time runs, their turn will come.
    soon(ms) {
      let last = -1;
      if (kit.frozen || ms < 0) return last;
      for (const t of timers.values()) {
        const left = kit.when(t) - timerNow();
        if (t.what && t.every === null && t.depth <= 3 && left <= ms && !kit.tired(t.what)) last = Math.max(last, left, 0);
      }
      return last;
    },
    // rest lets the page do all that is due, and tells whether it still loads or
    // is on its way elsewhere.
    async rest() {
      await hop();
      await hop();
      return kit.under();
    },
    // settle lets the page rest, and tells what rest and soon tell. Errands that are
    // under way come soon too. It is asked again until nothing loads and nothing comes
    // soon; first says that this begins. Stirs and Heard are all there were.
    async settle(ms, first) {
      if (first) kit.recount(ms < 0);
      if (await control.rest()) return { Loading: true, Soon: -1, Stirs: kit.stirs, Heard: kit.heard };
      let Soon = control.soon(ms);
      if (Soon >= 0) {
        await new Promise(done => realSetTimeout(done, Soon + 2));
      } else if (kit.awaited()) {
        Soon = 0;
        await kit.nextErrand();
      }
      return { Loading: false, Soon, Stirs: kit.stirs, Heard: kit.heard };
    },
    // heard is how often this page has heard of another.
    heard: () => kit.heard,
    hop,
    // frame is over when the browser has painted, whether the page counts as hidden or not.
    frame: () => new Promise(done => realFrame ? realFrame(done) : realSetTimeout(done, 16)),
  }, kit.live);
  kit.under = () => false; // until navigations are told of
  Object.defineProperty(global, config.name, { value: control });
}

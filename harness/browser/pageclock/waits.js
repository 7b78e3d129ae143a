// Other ways to be called later: AbortSignal.timeout, requestIdleCallback with a
// timeout, scheduler.postTask with a delay. Nobody waits for those times when a page
// is to be quiet: they are bounds, not work.
kit => {
  const { global, native, acting, realPerfNow, realSetTimeout, realClearTimeout } = kit;

  if (global.AbortSignal && global.AbortSignal.timeout) {
    const { AbortController, DOMException } = global;
    native(global.AbortSignal, 'timeout', (args, self, target) => {
      const wait = Number(args[0]);
      if (!(wait >= 0) || wait > Number.MAX_SAFE_INTEGER) return Reflect.apply(target, self, args); // which throws
      const controller = new AbortController();
      kit.startTimer(() => controller.abort(new DOMException('signal timed out', 'TimeoutError')), Math.trunc(wait), null, '');
      return controller.signal;
    });
  }

  if (global.requestIdleCallback) {
    const realRequest = global.requestIdleCallback.bind(global);
    const realCancel = global.cancelIdleCallback.bind(global);
    const asked = new Map(); // id -> {timer, handle, over}: its timeout, its bound, the end of its errand
    // Without a screen the browser may find no idle time for as long as nothing is
    // painted. So much later at most it is idle all the same, and for so long.
    const soon = 100, idle = 50;
    const deadline = didTimeout => {
      const end = realPerfNow() + (didTimeout ? 0 : idle);
      return Object.create(global.IdleDeadline.prototype, {
        didTimeout: { value: didTimeout }, timeRemaining: { value: () => Math.max(0, end - realPerfNow()) },
      });
    };
    const forget = id => {
      const one = asked.get(id);
      if (!one) return;
      asked.delete(id);
      if (one.timer) kit.clearTimer(one.timer.id);
      realClearTimeout(one.handle);
      one.over();
    };
    acting('requestIdleCallback', (args, self, target) => {
      const [callback, options] = args;
      if (typeof callback !== 'function') return Reflect.apply(target, self, args); // which throws
      const wait = options && Number(options.timeout);
      const one = { timer: null, over: kit.errand('idle ' + String(callback)) };
      const id = realRequest(given => {
        forget(id);
        callback.call(global, given);
      });
      const call = didTimeout => {
        realCancel(id);
        forget(id);
        callback.call(global, deadline(didTimeout));
      };
      const wake = () => realSetTimeout(() => { if (kit.frozen) one.handle = wake(); else call(false); }, soon);
      one.handle = wake();
      if (wait > 0) one.timer = kit.startTimer(() => call(true), wait, null, '');
      asked.set(id, one);
      return id;
    });
    acting('cancelIdleCallback', (args, self, target) => {
      forget(Number(args[0]));
      return Reflect.apply(target, self, args);
    });
  }

  if (global.Scheduler && global.scheduler) {
    native(global.Scheduler.prototype, 'postTask', (args, self, target) => {
      const [task, options] = args;
      const wait = options && Number(options.delay);
      if (!(wait > 0)) return Reflect.apply(target, self, args);
      const now = Object.assign({}, options, { delay: 0 });
      const signal = options.signal;
      return new Promise((resolve, reject) => {
        if (signal && signal.aborted) { reject(signal.reason); return; }
        const give = () => reject(signal.reason);
        const timer = kit.startTimer(() => {
          if (signal) signal.removeEventListener('abort', stop);
          Reflect.apply(target, self, [task, now]).then(resolve, reject);
        }, wait, null, '');
        const stop = () => { kit.clearTimer(timer.id); give(); };
        if (signal) signal.addEventListener('abort', stop, { once: true });
      });
    });
  }
}

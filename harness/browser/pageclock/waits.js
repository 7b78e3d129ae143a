// Other ways to be called later: AbortSignal.timeout, requestIdleCallback with a
// timeout, scheduler.postTask with a delay. Nobody waits for what they call when a
// page is to be quiet: they are bounds, not work.
kit => {
  const { global, native } = kit;

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
    const bounds = new Map(); // id -> the timer of its timeout
    const late = Object.create(global.IdleDeadline.prototype, {
      didTimeout: { value: true }, timeRemaining: { value: () => 0 },
    });
    const forget = id => {
      const timer = bounds.get(id);
      if (timer) kit.clearTimer(timer.id);
      bounds.delete(id);
    };
    native(global, 'requestIdleCallback', (args, self, target) => {
      const [callback, options] = args;
      const wait = options && Number(options.timeout);
      if (typeof callback !== 'function' || !(wait > 0)) return Reflect.apply(target, self, args);
      const id = realRequest(deadline => {
        forget(id);
        callback.call(global, deadline);
      });
      bounds.set(id, kit.startTimer(() => {
        realCancel(id);
        bounds.delete(id);
        callback.call(global, late);
      }, wait, null, ''));
      return id;
    });
    native(global, 'cancelIdleCallback', (args, self, target) => {
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

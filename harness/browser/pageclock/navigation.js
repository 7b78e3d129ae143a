// Navigations: standin is told of each in the moment in which the page makes it,
// and of those that are under way.
kit => {
  const { global, realPerfNow, realSetTimeout, native, tell } = kit;
  const navigationLimit = 1000;
  const loading = () => {
    const state = global.document ? global.document.readyState : 'complete';
    return state === 'loading' || state === 'interactive' && realPerfNow() < navigationLimit;
  };
  const arrived = [];
  let navigating = 0;

  // under waits for a moment and is true when the page is on its way elsewhere.
  kit.under = async () => {
    // Between one script of a document and the next nothing seems to go on.
    if (loading()) {
      await new Promise(done => realSetTimeout(done, 5));
      return true;
    }
    // A navigation ends later than the click that began it: the hash changes and
    // its event comes in tasks of their own, and a new document takes this one
    // away. One that leads nowhere, such as to a 204, is waited for in vain.
    if (navigating && realPerfNow() - navigating < navigationLimit) {
      await new Promise(done => { arrived.push(done); realSetTimeout(done, 20); });
      return true;
    }
    return false;
  };

  // The Navigation API's event comes before anything that the page does next, so
  // that a request sent in the same breath is told after it.
  if (!global.navigation || !global.navigation.addEventListener) return;
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
  const came = kit.perf.getEntriesByType('navigation')[0];
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

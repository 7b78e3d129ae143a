// The stores of the page, which the browser keeps elsewhere: databases and caches.
kit => {
  const { global, native, errand } = kit;
  const listen = global.EventTarget && global.EventTarget.prototype.addEventListener;
  const then = Promise.prototype.then;
  const often = 50; // steps of one piece of work

  const until = (target, what, events) => {
    const over = errand(what, often);
    for (const event of events) Reflect.apply(listen, target, [event, over]);
    return target;
  };
  const factory = global.IDBFactory && global.IDBFactory.prototype;
  for (const name of ['open', 'deleteDatabase']) {
    native(factory, name, (args, self, target) =>
      until(Reflect.apply(target, self, args), 'database', ['success', 'error']));
  }
  native(global.IDBDatabase && global.IDBDatabase.prototype, 'transaction', (args, self, target) =>
    until(Reflect.apply(target, self, args), 'transaction', ['complete', 'abort']));

  const promises = (owner, names) => {
    for (const name of names) {
      native(owner && owner.prototype, name, (args, self, target) => {
        const promise = Reflect.apply(target, self, args);
        const over = errand('cache', often);
        Reflect.apply(then, promise, [over, over]);
        return promise;
      });
    }
  };
  promises(global.CacheStorage, ['delete', 'has', 'keys', 'match', 'open']);
  promises(global.Cache, ['add', 'addAll', 'delete', 'keys', 'match', 'matchAll', 'put']);
}

// Stirs: signs that a page has begun something whose answer comes from elsewhere. While
// time runs, it goes on when that has come to an end.
kit => {
  const { global, native } = kit;
  kit.stirs = 0; // how many there were
  kit.heard = 0; // messages of other pages
  kit.told = 0; // how many of them standin knows of
  const stir = kit.stir = () => { kit.stirs++; };

  const prototype = name => global[name] && global[name].prototype;
  const stirring = (owner, name) => native(owner, name, (args, self, target) => {
    stir();
    return Reflect.apply(target, self, args);
  });
  for (const name of ['fetch', 'fetchLater']) stirring(global, name);
  stirring(prototype('XMLHttpRequest'), 'send');
  stirring(prototype('WebSocket'), 'send');
  stirring(prototype('Navigator'), 'sendBeacon');
  // A page speaks to a worker, a worker to its page.
  for (const name of ['Worker', 'ServiceWorker', 'Client', 'BroadcastChannel']) stirring(prototype(name), 'postMessage');
  if (global.DedicatedWorkerGlobalScope) stirring(global, 'postMessage');

  // A port that came from elsewhere leads there. One that was made here leads here, as
  // far as one can know: schedulers make them to be called soon.
  const away = new WeakSet();
  const listen = global.EventTarget && global.EventTarget.prototype.addEventListener;
  const comes = port => {
    away.add(port);
    Reflect.apply(listen, port, ['message', heard]);
  };
  kit.realPost = prototype('MessagePort') && prototype('MessagePort').postMessage;
  native(prototype('MessagePort'), 'postMessage', (args, self, target) => {
    if (away.has(self)) stir();
    return Reflect.apply(target, self, args);
  });
  const reader = name => {
    const own = global.MessageEvent && Object.getOwnPropertyDescriptor(global.MessageEvent.prototype, name);
    return event => Reflect.apply(own.get, event, []);
  };
  const source = reader('source'), ports = reader('ports');

  // Nobody can tell that a page speaks to a page of another origin, such as the host's.
  // That one hears it.
  const heard = event => {
    if (!(event instanceof Message)) return;
    if (source(event) !== global) {
      kit.heard++;
      stir();
    }
    for (const port of ports(event)) comes(port);
  };
  const Message = global.MessageEvent;
  // A service worker must say early what it listens to, and is asked by what it answers.
  if (Message && global.addEventListener && !global.ServiceWorkerGlobalScope) Reflect.apply(listen, global, ['message', heard, true]);
  if (global.SharedWorkerGlobalScope) Reflect.apply(listen, global, ['connect', heard, true]);
  kit.getter(prototype('SharedWorker'), 'port', port => {
    comes(port);
    return port;
  });
}

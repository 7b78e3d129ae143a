// Scenes of other tests than the script.

scene('hostile', { aside: true, frames: [{ key: 'page' }] }, [
  app('page', 'asks for its token', ({ AP, watch }) => watch('getToken', AP.context.getToken())),
  app('page', 'calls what does not exist, with odd arguments', ({ post }) => {
    const names = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'nothing', '', 'x'.repeat(5000)];
    const cyclic = {};
    cyclic.cyclic = cyclic;
    const odd = [undefined, null, 'text', 7, cyclic, { length: 1e9 }, ['x'.repeat(100000)], [JSON.parse('{"__proto__":{"polluted":true}}')], [cyclic]];
    for (const mod of [...names, 'dialog', 'flag', 'events', '_globals']) {
      for (const fn of names) {
        for (const _cls of [undefined, '__proto__', 'constructor', 'nothing', 'create']) {
          const known = (mod === 'flag' || mod === 'dialog') && _cls === 'create' && fn === 'constructor';
          if (!known) post({ type: 'req', mod, fn, _cls, _id: fn, mid: mod, args: odd[(mod.length + fn.length) % odd.length] });
        }
      }
    }
    for (const value of odd) {
      for (const type of ['resp', 'event_query', 'key_triggered', 'broadcast']) {
        post({ type, args: value, mid: value, etyp: '__proto__', evnt: value, keycode: value, modifiers: value });
      }
    }
  }),
]);

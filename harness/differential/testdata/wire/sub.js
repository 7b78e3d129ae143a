// Frames within an app's frame, on a page of simple-xdm alone.

// The product page says that the app's frame is the host: each call of the extension is one of the app's.
scene('wire-sub-proxied', { frames: [{ key: 'outer' }] }, [
  host('says where the host is', () => { window.getHostOffsetFunctionOverride = () => 1; }),
  app('outer', 'opens an extension', ({ AP, open, subPage }) => {
    window.made = AP.subCreate({ addon_key: 'app', key: 'sub', url: subPage, options: { globalOptions: {}, hostFrameOffset: 1 } });
    return open(window.made);
  }),
  app('sub', 'calls', ({ AP, heard, note }) => {
    note('returned', AP.odd.echo('word', heard('echo')));
    AP.odd.echo(heard('echo of nothing'));
    AP.odd.twice(heard('twice'));
    AP.odd.thrower(heard('thrower'));
    AP.odd.silent();
    AP.whoAmI(heard('whoAmI'));
    AP.odd.answers(heard('answers'));
  }),
  app('sub', 'is promised', ({ AP, watch, heard }) => {
    for (const name of ['resolvesNothing', 'rejectsText', 'resolvesFalsehood', 'promiseThrower', 'breaksItsPromise']) watch(name, AP.odd[name]());
    watch('resolves', AP.odd.resolves('word'));
    AP.odd.resolves('word', heard('resolves'));
  }),
  app('sub', 'makes counters', ({ AP, heard, note }) => {
    const counter = AP.odd.Counter(5, heard('made'));
    note('counter', counter._cls, typeof counter.add);
  }),
  app('sub', 'makes counters of lists', ({ AP, heard, watch }) => {
    const counter = AP.odd.Counter([5], heard('made'));
    counter.add(2, heard('add'));
    watch('later', counter.later());
    AP.odd.Counter(heard('made of nothing'));
  }),
  app('sub', 'resizes', ({ AP }) => AP.env.resize(120, 80)),
  app('outer', 'looks at it', ({ note }) => {
    const { width, height } = document.getElementById(window.made.id).style;
    note('size', width, height);
  }),
]);

// The extension is known to the page, and what the app answers is nobody else's.
scene('wire-sub-adopted', { frames: [{ key: 'outer' }] }, [
  app('outer', 'creates an extension', ({ AP, subPage, introduce, note }) => {
    AP.defineModule('mine', { echo(value, callback) { callback(value); } });
    window.made = AP.subCreate({ addon_key: 'app', key: 'sub', url: subPage, options: { globalOptions: {}, hostFrameOffset: 2, targets: { env: {} } } }, (id) => note('established', id));
    introduce(window.made.id);
  }),
  host('takes it in', ({ adopt }) => adopt({ autoresize: true })),
  app('outer', 'opens it', ({ open }) => open(window.made)),
  app('sub', 'calls the page', ({ AP, heard, watch }) => {
    AP.odd.echo('word', heard('echo'));
    AP.whoAmI(heard('whoAmI'));
    watch('resolves', AP.odd.resolves('word'));
    const counter = AP.odd.Counter(5, heard('made'));
    counter.add(2, heard('add'));
  }),
  app('sub', 'calls the app', ({ AP, heard }) => AP.mine.echo('word', heard('echo'))),
  app('sub', 'listens', ({ AP, heard }) => AP.register({ news: heard('news') })),
  host('dispatches', () => xdmHost.dispatch('news', { key: 'sub' }, { n: 1 })),
  host('is asked for an answer', ({ note }) => xdmHost._xdm.dispatch('news', { key: 'sub' }, { n: 2 }, (...answers) => note('answered', answers))),
  app('sub', 'calls what claims to be a global', ({ post }) => post({ type: 'broadcast', etyp: 'shout', evnt: 1 })),
  app('sub', 'goes to another page', () => { location.href += '&again=1'; }),
  app('sub', 'calls the page again', ({ AP, heard }) => AP.odd.echo('again', heard('echo'))),
]);

// What the top is told of targets decides whether the extension is cut off from the app.
for (const [name, targets] of Object.entries({
  claimed: { odd: { echo: 'parent' } },
  'claimed-class': { odd: { Counter: { add: 'parent' } } },
  'claimed-and-broken': { odd: { echo: 'parent' }, whoAmI: null, _globals: null },
  'other-word': { odd: { echo: 'elsewhere' } },
  unknown: { nothing: { echo: 'parent' } },
})) {
  scene(`wire-sub-targets-${name}`, { frames: [{ key: 'outer' }] }, [
    app('outer', 'creates an extension', ({ AP, subPage, introduce }) => {
      window.made = AP.subCreate({ addon_key: 'app', key: 'sub', url: subPage, options: { globalOptions: {}, targets: { env: {}, ...targets } } });
      introduce(window.made.id);
    }),
    host('takes it in', ({ adopt }) => adopt()),
    app('outer', 'opens it', ({ open }) => open(window.made)),
    app('sub', 'calls', ({ AP, attempt, heard }) => attempt('echo', () => AP.odd.echo('word', heard('echo')))),
  ]);
}

// Anybody may say that the API was tampered with, also to a frame that has nothing to fear.
scene('wire-tamper', { frames: [{ key: 'page' }] }, [
  app('page', 'is told that all is well', ({ AP, heard }) => {
    window.postMessage({ type: 'api_tamper', tampered: false }, '*');
    AP.odd.echo('word', heard('echo'));
  }),
  app('page', 'is told that it is not', () => window.postMessage({ type: 'api_tamper' }, '*')),
  app('page', 'calls', ({ AP, heard, attempt }) => {
    AP.odd.echo('word', heard('echo'));
    attempt('register', () => AP.register({ news: heard('news') }));
    document.body.click();
  }),
  host('dispatches', () => xdmHost.dispatch('news', { key: 'page' }, 1)),
]);


// What the wire makes of calls, answers, throws and promises.

scene('wire-calls', { frames: [{ key: 'page' }, { addon: 'other', key: 'page' }] }, [
  app('page', 'looks at what it has', ({ AP, note }) => {
    note('modules', Object.keys(AP._hostModules).filter((name) => !name.startsWith('_')).sort());
    note('types', typeof AP.odd.echo, typeof AP.odd.Counter, typeof AP.whoAmI, typeof AP['only-for-other']);
    note('options', AP._data.options);
  }),
  app('other/page', 'looks at what it has', ({ AP, note }) => note('types', typeof AP['only-for-other'].secret)),
  app('page', 'calls', ({ AP, heard, note }) => {
    note('echo returned', AP.odd.echo('word', heard('echo')));
    AP.odd.echo(heard('echo without a value'));
    AP.odd.echo('a', 'b', 'c', heard('echo of three'));
    AP.odd.echo(undefined, heard('echo of undefined'));
    note('without a callback', AP.odd.echo('word'));
    AP.whoAmI(heard('whoAmI'));
    note('AP.resize is its own', AP.resize(1, 2, heard('never')));
  }),
  app('page', 'is answered twice and never', ({ AP, heard }) => {
    AP.odd.twice(heard('twice'));
    AP.odd.silent(heard('silent'));
    AP.odd.keep(heard('keep'));
    AP.odd.thrower(heard('thrower'));
  }),
  app('page', 'has the kept answer released', ({ AP, heard }) => AP.odd.release(heard('release'))),
  app('page', 'is answered with odd values', ({ AP, heard }) => AP.odd.answers(heard('answers'))),
  app('page', 'is promised', ({ AP, watch }) => {
    for (const name of ['resolvesNothing', 'rejectsError', 'rejectsText', 'rejectsObject', 'rejectsNothing', 'resolvesFalsehood', 'resolvesNull',
      'promiseThrower', 'breaksItsPromise', 'thenable']) {
      watch(name, AP.odd[name]());
    }
    watch('resolves', AP.odd.resolves({ deep: [1, { two: 2 }] }));
  }),
  app('page', 'is promised with callbacks', ({ AP, heard, note }) => {
    for (const name of ['resolvesNothing', 'rejectsError', 'rejectsText', 'rejectsObject', 'rejectsNothing', 'resolvesFalsehood', 'resolvesNull',
      'promiseThrower', 'breaksItsPromise']) {
      note(`${name} returned`, AP.odd[name](heard(name)));
    }
    AP.odd.resolves('word', heard('resolves'));
  }),
  app('page', 'makes counters', ({ AP, heard, note, watch, attempt }) => {
    const counter = AP.odd.Counter(5, heard('made'));
    counter.add(2, heard('add'));
    counter.fail(heard('fail'));
    watch('later', counter.later());
    const listed = new AP.odd.Counter([8, heard('made of a list')]);
    listed.add(1, heard('add to a list'));
    const lost = new AP.odd.Counter({ start: 9 });
    lost.add(1, heard('add to a lost one'));
    attempt('new with a number', () => new AP.odd.Counter(9));
    note('classes', counter._cls, Object.keys(counter).sort(), Object.keys(Object.getPrototypeOf(counter)).sort());
    const { add } = counter;
    add(1, heard('add without its instance'));
  }),
  app('page', 'answers events', ({ AP, heard, note }) => {
    AP.register({ question: (event, answer) => { note('asked', event, typeof answer, answer._context); answer('one', { two: 2 }); } });
    AP.odd.ask('question', heard('answer'));
    AP.odd.ask('unregistered', heard('answer of nobody'));
    AP.register({ broken: () => { throw new Error('thrown by a handler'); } });
    AP.odd.ask('broken', heard('answer of a broken one'));
    AP.register({ many: [heard('first of many'), heard('second of many')] });
    AP.odd.ask('many', heard('answer of many'));
  }),
]);

scene('wire-keys', { frames: [{ key: 'page' }] }, [
  host('listens for keys', ({ note }) => {
    const [{ extension_id: id }] = xdmHost.getExtensions({ key: 'page' });
    window.keyId = id;
    xdmHost.registerKeyListener(id, 65, ['shift', 'ctrl'], (event) => note('ctrl+shift+a', event.keycode, event.modifiers));
    xdmHost.registerKeyListener(id, 65, ['shift', 'ctrl'], () => note('ctrl+shift+a again'));
    xdmHost.registerKeyListener(id, 66, 'alt', (event) => note('alt+b', event.keycode, event.modifiers));
    xdmHost.registerKeyListener(id, 67, undefined, (event) => note('c', event.keycode, event.modifiers));
    xdmHost.registerClickHandler((event) => note('clicked', event.addon_key, event.key));
  }),
  app('page', 'presses', () => {
    const press = (keyCode, more) => window.dispatchEvent(new KeyboardEvent('keydown', { keyCode, bubbles: true, ...more }));
    press(65, { ctrlKey: true, shiftKey: true });
    press(65, { ctrlKey: true });
    press(66, { altKey: true });
    press(67, {});
    press(67, { metaKey: true });
    document.body.click();
  }),
  host('stops listening', () => {
    xdmHost.unregisterKeyListener(keyId, 67, undefined);
    xdmHost.unregisterKeyListener(keyId, 66, 'alt');
  }),
  app('page', 'presses again', () => {
    for (const [keyCode, more] of [[67, {}], [66, { altKey: true }], [65, { ctrlKey: true, shiftKey: true }]]) {
      window.dispatchEvent(new KeyboardEvent('keydown', { keyCode, bubbles: true, ...more }));
    }
  }),
]);

scene('wire-events', { frames: [{ key: 'page' }, { key: 'panel' }, { addon: 'other', key: 'page' }] }, [
  app('page', 'registers', ({ AP, heard }) => {
    AP.register({ news: heard('news') });
    AP.registerAny(heard('any'));
  }),
  host('dispatches', () => {
    xdmHost.dispatch('news', { addon_key: 'app' }, { n: 1 });
    xdmHost.dispatch('news', { addon_key: 'app', key: 'panel' }, { n: 2 });
    xdmHost.dispatch('news', {}, 'to all');
    xdmHost.broadcast('news', { addon_key: 'app' }, undefined);
  }),
  host('dispatches to nobody yet', () => xdmHost.dispatch('late', { addon_key: 'nobody' }, 1)),
  app('panel', 'asks for what waits', ({ AP, heard }) => AP.register({ late: heard('late') })),
  app('page', 'overwrites a handler', ({ AP, heard }) => AP.register({ news: heard('the new handler') })),
  host('dispatches again', () => xdmHost.dispatch('news', { addon_key: 'app' }, { n: 3 })),
  app('page', 'broadcasts', ({ post }) => post({ type: 'broadcast', etyp: 'shout', evnt: { loud: true } })),
]);

// A frame within the app's frame would need the host at the top; here the host says where it is itself.
scene('wire-offset', { frames: [{ key: 'page', options: { hostFrameOffset: 1 } }, { key: 'far', options: { hostFrameOffset: 2 } }] }, [
  app('page', 'calls', ({ AP, heard }) => AP.odd.echo('word', heard('echo'))),
  app('far', 'calls', ({ AP, heard }) => AP.odd.echo('word', heard('echo'))),
]);

// Targets send a method to the parent instead of the top; here both are the same window.
scene('wire-targets', { frames: [{ key: 'page', options: { targets: { odd: { echo: 'parent' } } } }] }, [
  app('page', 'calls', ({ AP, heard }) => AP.odd.echo('word', heard('echo'))),
]);

// A frame whose name tells nothing of a host has an AP of the built-in functions.
scene('wire-nameless', { frames: [{ key: 'page' }] }, [
  app('page', 'forgets its name and loads again', () => {
    window.name = 'not JSON';
    location.reload();
  }),
  app('nameless/none', 'looks at what it has', ({ AP, note, attempt }) => {
    note('types', ['define', 'require', 'register', 'registerAny', 'resize', 'size', 'container', 'Meta', 'meta', 'localUrl', 'defineModule', 'subCreate', 'env', 'events', 'context', 'dialog', 'request']
      .map((name) => `${name}: ${typeof AP[name]}`));
    note('modules', Object.keys(AP._hostModules).sort());
    attempt('resize', () => AP.resize(1, 2));
    note('size', AP.size(1, 2));
  }),
]);

// A host that forgets globalOptions leaves a frame without AP, which has said init by then.
scene('wire-no-global-options', { frames: [{ key: 'page', options: { globalOptions: null } }], loading({ note }) { note('AP', typeof window.AP); } }, [
  host('dispatches', () => xdmHost.dispatch('news', {}, 1)),
]);

// A frame whose host wants it tells that init was not answered: by an error, after five seconds.
scene('wire-check-init', { frames: [{ key: 'page', options: { globalOptions: { check_init: true } } }, { key: 'panel', options: { globalOptions: { check_init: true } } }] }, [
  later(6),
  host('ends the panel', () => xdmHost.unregisterExtension({ key: 'panel' })),
  app('panel', 'loads again', () => location.reload()),
  later(2), // the page's clock goes on while the host works: 5 seconds must not be over by then
  later(4),
  app('panel', 'calls', ({ AP, heard }) => AP.odd.echo('word', heard('echo'))),
]);

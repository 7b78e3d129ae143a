// Frames within an app's frame: the app hosts extensions of its own, answers some of their calls itself,
// and leaves the rest to the product page. It can only do so where that page knows them.

{
  // define has the app offer a module, whose functions say what they were given.
  const define = ({ AP, note }) => {
    class Counter {
      constructor(start, callback) {
        this.count = typeof start === 'number' ? start : -1;
        callback(`made with ${arguments.length} arguments`);
      }

      add(by, callback) {
        this.count += by;
        callback(this.count, this._context.extension.key);
      }

      _forget(callback) {
        this._destroy();
        callback('forgotten');
      }
    }
    const promise = function promise(value, callback) { return value === 'fail' ? Promise.reject(new Error('failed')) : Promise.resolve(value); };
    AP.returnsPromise(promise);
    AP.defineModule('mine', {
      promise,
      echo(value, callback) {
        const { extension, extension_id: id } = callback._context;
        note('echo was called', value, arguments.length, extension.addon_key, extension.key, typeof id);
        callback(value, () => 1, null);
      },
      thrower(callback) { throw new Error('thrown by the app'); },
      Counter: { constructor: Counter, add: Counter.prototype.add, _forget: Counter.prototype._forget },
    });
    AP.defineGlobal({ globe(callback) { callback('of the app'); } });
  };

  // create has the app make an extension, and introduces it to the product page.
  const create = ({ AP, note, subPage, introduce }, key, options) => {
    const extension = { addon_key: 'app', key, url: subPage, options: { globalOptions: {}, hostOrigin: AP._data.options.hostOrigin, ...options } };
    const made = AP.subCreate(extension, (id) => note(`${key} is established`, id));
    introduce(made.id);
    window.made = { ...window.made, [key]: made };
    return made;
  };
  // Without its own targets an extension is taken for tampered with: all.js itself claims env.resize.
  const harmless = { targets: { env: {} } };

  scene('sub-adopted', { frames: [{ key: 'outer' }, { key: 'panel' }] }, [
    app('outer', 'creates an extension', (tools) => {
      define(tools);
      const { note } = tools;
      const made = create(tools, 'sub', harmless);
      const name = JSON.parse(made.name);
      note('made', Object.keys(made).sort(), made.id === name.extension_id, made.src === tools.subPage);
      note('name', Object.keys(name), name.origin, name.options);
      const members = (of) => Object.fromEntries(Object.entries(of).map(([key, spec]) => [key, spec.args ? spec.returnsPromise : members(spec)]));
      for (const module of ['mine', '_globals', 'env', 'flag', 'context']) note(`api ${module}`, members(name.api[module]));
      note('parameters', name.api.mine.echo.args, name.api.flag.create.constructor.args, name.api.user.getUser.args);
      note('extensions', tools.AP.getExtensions({ key: 'sub' }).map(({ extension, extension_id: id }) => [extension.key, id === made.id, Object.keys(extension).sort()]));
      note('targets', tools.AP.parentTargets);
    }),
    host('takes it in', ({ adopt }) => adopt()),
    app('outer', 'opens it', ({ open }) => open(window.made.sub)),
    app('sub', 'looks at what it has', ({ AP, note }) => {
      note('types', ['mine', 'globe', 'user', 'context', 'dialog', 'events', 'request', 'subCreate'].map((name) => `${name}: ${typeof AP[name]}`));
      note('mine', Object.keys(AP.mine).sort(), Object.keys(AP.mine.Counter.prototype).sort());
      note('options', AP._data.options);
    }),
    app('sub', 'calls the app', ({ AP, heard, watch, note }) => {
      note('returned', AP.mine.echo('word', heard('echo')));
      AP.mine.echo(heard('echo of nothing'));
      AP.mine.echo('a', 'b', 'c', heard('echo of three'));
      AP.mine.thrower(heard('thrower'));
      watch('promise', AP.mine.promise({ deep: [1] }));
      watch('failing promise', AP.mine.promise('fail'));
      AP.mine.promise('word', heard('promise with a callback'));
      AP.mine.promise('fail', heard('failing promise with a callback'));
    }),
    app('sub', 'makes a counter in the app', ({ AP, heard }) => {
      const counter = AP.mine.Counter(5, heard('made'));
      counter.add(2, heard('add'));
      const lost = new AP.mine.Counter([8, heard('made of a list')]);
      lost.add(1, heard('add to another'));
      counter._forget(heard('forget'));
      counter.add(1, heard('add to the forgotten one'));
    }),
    app('sub', 'calls the product page', ({ AP, heard, watch }) => {
      AP.user.getTimeZone(heard('getTimeZone'));
      watch('getToken', AP.context.getToken());
      AP.globe(heard('globe, which only the app has'));
      AP.jira.isNativeApp(heard('isNativeApp'));
    }),
    app('sub', 'asks for its size', ({ AP }) => AP.resize(300, 200)),
    app('outer', 'listens', ({ AP, heard }) => AP.events.on('news', heard('on'))),
    app('panel', 'listens', ({ AP, heard }) => AP.events.on('news', heard('on'))),
    app('sub', 'listens and emits', ({ AP, heard }) => {
      AP.events.on('news', heard('on'));
      AP.events.emit('news', 'from within', { n: 1 });
    }),
    app('panel', 'emits', ({ AP }) => AP.events.emit('news', 'from the panel')),
    app('outer', 'dispatches', ({ AP, note, heard }) => {
      note('dispatched to', AP.dispatch('news', { key: 'sub' }, ['dispatched'], heard('acknowledged')).length);
      note('broadcast to', AP.broadcast('news', { addon_key: 'app' }, ['broadcast']).length, AP.broadcast('news', { key: 'nobody' }, []).length);
      AP.dispatch('news', (registration) => registration.extension.key === 'sub', ['by a function']);
      AP.dispatch('question', { key: 'nobody' }, ['nobody hears']);
    }),
    app('sub', 'answers a question', ({ AP, note }) => AP.register({ question: (event, answer) => { note('asked', event); answer('the answer'); } })),
    app('outer', 'asks it', ({ AP, heard }) => AP.dispatch('question', { key: 'sub' }, { n: 1 }, heard('answered'))),
    app('outer', 'listens for keys and clicks', ({ AP, note, attempt }) => {
      const { id } = window.made.sub;
      window.first = (event) => note('ctrl+a', event.keycode, event.modifiers, event.key, event.extension_id === id);
      AP.registerKeyListener(id, 65, ['ctrl'], window.first);
      AP.registerKeyListener(id, 65, 'ctrl', () => note('ctrl+a again'));
      AP.registerKeyListener(id, 66, undefined, () => note('b'));
      AP.registerClickHandler((event) => note('clicked', event.key));
      attempt('a handler that is none', () => AP.registerClickHandler('none'));
    }),
    app('sub', 'presses and clicks', () => {
      const press = (keyCode, more) => window.dispatchEvent(new KeyboardEvent('keydown', { keyCode, bubbles: true, ...more }));
      press(65, { ctrlKey: true });
      press(66);
      document.body.click();
    }),
    app('outer', 'stops listening', ({ AP }) => {
      const { id } = window.made.sub;
      AP.unregisterKeyListener(id, 65, ['ctrl'], window.first);
      AP.unregisterKeyListener(id, 66);
      AP.unregisterClickHandler();
    }),
    app('sub', 'presses again', () => {
      for (const more of [{ keyCode: 65, ctrlKey: true }, { keyCode: 66 }]) window.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...more }));
    }),
    app('sub', 'goes to another page of its own', () => { location.href += '&again=1'; }),
    app('sub', 'calls the app from there', ({ AP, heard }) => AP.mine.echo('again', heard('echo'))),
    app('sub', 'calls the product page from there', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
    app('outer', 'looks at what it hosts', ({ AP, note }) => {
      note('modules', AP.isModuleDefined('mine'), AP.isModuleDefined('user'), AP.isModuleDefined('none'));
      note('all', Object.keys(AP.getExtensions()).length, AP.getExtensions({}).length, AP.getExtensions({ key: 'none' }).length);
    }),
    app('outer', 'is told of calls', ({ AP, note }) => AP.registerRequestNotifier(({ module, fn, type, key, args }) => note('notified', module, fn, type, key, args.length))),
    app('sub', 'calls the app once more', ({ AP, heard }) => AP.mine.echo('told', heard('echo'))),
    app('outer', 'unregisters it', ({ AP, note }) => note('left', AP.unregisterExtension({ key: 'sub' }), AP.getExtensions({}).length)),
    app('sub', 'calls both', ({ AP, heard }) => {
      AP.mine.echo('late', heard('echo'));
      AP.user.getTimeZone(heard('getTimeZone'));
    }),
    app('outer', 'takes it away', () => document.getElementById(window.made.sub.id).remove()),
    app('panel', 'emits to those who are left', ({ AP }) => AP.events.emit('news', 'to those who are left')),
  ]);

  // The product page has a method that the app claims to answer.
  scene('sub-tampered', {
    frames: [{ key: 'outer' }],
    loading({ AP, heard }) {
      if (window.parent !== window.top) AP.user.getTimeZone(heard('getTimeZone while loading'));
    },
  }, [
    app('outer', 'creates an extension', (tools) => {
      define(tools);
      tools.note('targets', JSON.parse(create(tools, 'sub', {}).name).options.targets);
    }),
    host('takes it in', ({ adopt }) => adopt()),
    app('outer', 'opens it', ({ open }) => open(window.made.sub)),
    app('sub', 'calls both', ({ AP, heard, attempt }) => {
      AP.user.getTimeZone(heard('getTimeZone'));
      attempt('echo', () => AP.mine.echo('word', heard('echo')));
      attempt('register', () => AP.register({ news: heard('news') }));
      document.body.click();
    }),
    app('outer', 'broadcasts', ({ AP }) => AP.broadcast('news', { key: 'sub' }, ['nobody hears'])),
  ]);

  // A product page that does not know the extension never says whether it was tampered with.
  scene('sub-unknown', {
    frames: [{ key: 'outer' }],
    loading({ AP, heard }) {
      if (window.parent !== window.top) AP.mine.echo('while loading', heard('echo while loading'));
    },
  }, [
    app('outer', 'creates and opens an extension', (tools) => {
      define(tools);
      return tools.open(create(tools, 'sub', {}));
    }),
    app('sub', 'calls both', ({ AP, heard }) => {
      AP.user.getTimeZone();
      AP.mine.echo('word', heard('echo'));
      AP.context.getToken();
      AP.events.on('news', heard('on'));
    }),
    app('outer', 'broadcasts', ({ AP }) => AP.broadcast('news', { key: 'sub' }, ['heard all the same'])),
    host('takes it in too late', ({ adopt }) => adopt()),
    app('sub', 'says init again', ({ AP }) => top.postMessage({ type: 'init', eid: AP._data.extension_id, targets: { mine: { echo: 'parent' } } }, '*')),
    app('sub', 'calls again', ({ AP, heard }) => AP.mine.echo('again', heard('echo'))),
  ]);

  // The app sizes the iframes that it hosts, where it is asked to.
  scene('sub-sized', { frames: [{ key: 'outer' }] }, [
    app('outer', 'opens an extension', (tools) => tools.open(create(tools, 'sub', { targets: { env: { resize: 'parent' } } }))),
    app('sub', 'is told by somebody that all is well, and resizes', ({ AP }) => {
      window.postMessage({ type: 'api_tamper', tampered: false }, '*');
      AP.env.resize(300, 200);
      AP.env.resize('50%', 'none');
    }),
    app('outer', 'looks at it', ({ note }) => {
      const { width, height } = document.getElementById(window.made.sub.id).style;
      note('size', width, height);
    }),
  ]);

  // With hostFrameOffset the app's frame is the host, until the top says where it is.
  scene('sub-offset', {
    frames: [{ key: 'outer' }],
    loading({ AP, heard, watch }) {
      if (window.parent !== window.top) {
        AP.user.getTimeZone(heard('getTimeZone while loading'));
        watch('getToken while loading', AP.context.getToken());
      }
    },
  }, [
    app('outer', 'opens an extension', (tools) => {
      define(tools);
      return tools.open(create(tools, 'sub', { hostFrameOffset: 1 }));
    }),
    app('sub', 'calls', ({ AP, heard }) => {
      AP.user.getTimeZone(heard('getTimeZone'));
      AP.mine.echo('word', heard('echo'));
    }),
  ]);

  // An event that waits for a module reaches each page of it that asks within 30 seconds, again and again.
  // Of two that are queued for a module in one millisecond, the later one is left. The first frame that
  // asks hears an event for the whole app once for each frame that has not said init.
  scene('sub-waiting', { frames: [{ key: 'outer' }] }, [
    app('outer', 'opens two extensions that are slow, and queues', async ({ AP, open, subPage }) => {
      for (const key of ['first', 'second']) {
        await open(AP.subCreate({ addon_key: 'late', key, url: `${subPage}&silent=yes`, options: { globalOptions: {} } }));
      }
      const { getTime } = Date.prototype;
      const { now } = Date;
      const time = Date.now();
      const queue = (at, ...given) => {
        Date.prototype.getTime = () => at;
        Date.now = () => at;
        AP.dispatch(...given);
        Object.assign(Date, { now });
        Date.prototype.getTime = getTime;
      };
      queue(time, 'lost', { addon_key: 'late' }, 1);
      queue(time, 'kept', { addon_key: 'late' }, 2);
      queue(time + 1, 'next', { addon_key: 'late' }, 3);
      queue(time, 'for the second', { addon_key: 'late', key: 'second' }, 4);
      queue(time, 'for nobody', { addon_key: 'late', key: 'third' }, 5);
    }),
    app('late/first', 'says init and asks', ({ post }) => {
      post({ type: 'init' });
      post({ type: 'event_query', args: ['_any'] });
    }),
    app('late/second', 'says init and asks twice', ({ post }) => {
      post({ type: 'init' });
      post({ type: 'event_query', args: ['_any'] });
      post({ type: 'event_query', args: ['_any'] });
    }),
    later(31),
    app('late/first', 'asks too late', ({ post }) => post({ type: 'event_query', args: ['_any'] })),
    app('late/first', 'broadcasts', ({ post }) => post({ type: 'broadcast', etyp: 'shout', evnt: 1 })),
  ]);

  // A mistake in what an extension is made of.
  scene('sub-mistakes', { frames: [{ key: 'outer' }] }, [
    app('outer', 'makes mistakes', ({ AP, attempt, note }) => {
      attempt('no key', () => AP.subCreate({ addon_key: 'app', url: 'https://app.example/' }));
      attempt('no app', () => AP.create({ key: 'sub', url: 'https://app.example/' }));
      attempt('no extension', () => AP.subCreate());
      attempt('no module', () => AP.defineModule('none'));
      note('modules', AP.isModuleDefined('none'));
      const made = AP.create({ addon_key: 'app', key: 'sub', url: 'https://app.example/' });
      note('without targets', JSON.parse(made.name).options);
      attempt('a key of nobody', () => AP.registerKeyListener('nobody', 65, [], () => {}));
    }),
  ]);
}

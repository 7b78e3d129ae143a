// Odd calls: what is not known, what cannot be sent, what is thrown.

scene('odd-calls', { frames: [{ key: 'page' }] }, [
  app('page', 'calls what is not there', ({ AP, attempt, post, note }) => {
    attempt('an unknown module', () => AP.nothing.at.all());
    attempt('an unknown method', () => AP.user.nothing());
    note('types', typeof AP.nothing, typeof AP.user.nothing);
    for (const [mod, fn] of [['nothing', 'x'], ['user', 'nothing'], ['__proto__', 'toString'], ['user', 'constructor'], ['constructor', 'name'], ['hasOwnProperty', 'call']]) {
      post({ type: 'req', mod, fn, args: [], mid: 'abcd1234' });
    }
    post({ type: 'nothing' });
    post({ type: 'toString' });
    post({ type: 'resp', mid: 'abcd1234', args: [1] });
  }),
  app('page', 'still works', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
  app('page', 'throws in a callback', ({ AP, heard }) => {
    AP.user.getTimeZone(() => { throw new Error('thrown by a callback'); });
    AP.user.getTimeZone(heard('the next callback'));
    AP.context.getToken(() => { throw new Error('thrown by a callback of a promise'); });
  }),
  app('page', 'sends odd values', ({ AP }) => {
    const circle = [1];
    circle.push(circle.length, { circle: 'no' });
    const bow = { name: 'bow' };
    bow.self = bow;
    class Thing { constructor() { this.own = 1; } get computed() { return 2; } method() { return 3; } }
    AP.events.emit('odd', circle, bow, new Thing(), new Date(5), /x/g, new Error('e'), document.body, null, undefined, NaN, Infinity, -0,
      [undefined, null, () => 1], { a: null, b: undefined, c: () => 1, d: { e: null } }, new ArrayBuffer(3), new Uint8Array([1, 2]), new Blob(['x']),
      new Map([[1, 2]]), new Set([1]), Object.create({ inherited: 1 }), 'text', true, Object('boxed'));
    AP.events.emit(bow);
    AP.events.emit();
  }),
  app('page', 'sends what no message can carry', ({ AP, attempt }) => {
    attempt('a symbol', () => AP.events.emit('odd', Symbol('s')));
  }),
  app('page', 'puts functions where they do not belong', ({ AP, heard, attempt }) => {
    attempt('a callback in the middle', () => AP.cookie.read(heard('first'), 'x'));
    attempt('two callbacks', () => AP.user.getTimeZone(heard('one'), heard('two')));
    attempt('a callback in an object', () => AP.user.getTimeZone({ callback: heard('inside') }));
  }),
  app('page', 'makes instances of odd classes', ({ AP, attempt, note }) => {
    const called = AP.flag.create({ title: 'called', body: 'x' });
    const made = new AP.flag.create({ title: 'made', body: 'x' });
    note('instances', called instanceof AP.flag.create, made instanceof AP.flag.create, called._cls, typeof called._id, called._id === made._id);
    note('own members', Object.keys(called).sort());
  }),
  app('page', 'uses an instance that there is not', ({ post }) => {
    post({ type: 'req', mod: 'flag', fn: 'close', _cls: 'create', _id: 'ffffffff', args: [] });
    post({ type: 'req', mod: 'flag', fn: 'close', _cls: 'nothing', _id: 'ffffffff', args: [] });
  }),
  app('page', 'works after all of it', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
]);

scene('odd-tools', { frames: [{ key: 'page', page: { head: '<meta name="ap-colour" content="blue"><meta name="ap-local-base-url" content="https://app.example/base">' } }] }, [
  app('page', 'reads metas', ({ AP, note }) => {
    note('Meta.get', AP.Meta.get('colour'), AP.meta('colour'), AP.Meta.get('none'));
    note('localUrl', AP.localUrl('/x'), AP.localUrl(), AP.localUrl(''));
  }),
  app('page', 'defines and requires', ({ AP, note, heard }) => {
    AP.define('mine', [], () => ({ value: 1 }));
    AP.define('mine/function', ['mine'], (mine) => (by) => mine.value + by);
    AP.define('mine/plain', { value: 3 });
    AP.define('mine/short', () => ({ value: 4 }));
    AP.require(['mine', 'mine/function', 'mine/plain', 'mine/short'], (mine, add, plain, short) => note('required', mine.value, add(4), plain.value, short.value));
    AP.require('mine', (mine) => note('required alone', mine.value));
    AP.require([], heard('require of nothing'));
    AP.require(['late'], (late) => {
      note('late before', late());
      AP.define('late', () => () => 'now');
      note('late after', late());
    });
    note('require returned', AP.require('mine'));
  }),
  app('page', 'requires modules of the host', ({ AP, note }) => {
    AP.require(['request', 'events', 'dialog', 'Dialog', 'inline-dialog', '_util', '_dollar', 'user'], (...modules) => {
      note('types', modules.map((module) => typeof module));
      note('events is AP.events', typeof modules[1].on, modules[2] === AP._hostModules.dialog);
    });
  }),
  app('page', 'uses the small tools', ({ AP, note }) => {
    const seen = [];
    AP._util.each([1, 2, 3], (i, value) => { seen.push([i, value]); return value < 2; });
    AP._util.each({ a: 1 }, (key, value) => { seen.push([key, value]); });
    note('each', seen);
    note('others', AP._util.trim(' x '), AP._util.isFunction(note), AP._util.decodeQueryComponent('a+b%20c'), AP._util.extend({ a: 1 }, { b: 2 }, { a: 3 }));
    const paragraphs = AP._hostModules._dollar('p');
    note('dollar', paragraphs.length, paragraphs.attr('id'), AP._hostModules._dollar('#none').length);
  }),
  app('page', 'looks at what AP has', ({ AP, note }) => {
    for (const name of Object.keys(AP._hostModules).filter((one) => !['_globals', '_dollar', '_util'].includes(one)).sort()) {
      const module = AP[name] || {};
      note(`AP.${name}`, Object.keys(module).filter((member) => !member.startsWith('_')).sort().map((member) => `${member}: ${member === 'customData' ? 'data' : typeof module[member]}`));
    }
    note('own', ['define', 'require', 'register', 'registerAny', 'resize', 'size', 'container', 'Meta', 'meta', 'localUrl', 'defineModule', 'defineGlobal', 'subCreate',
      'request', 'getLocation', 'Dialog', '_data', '_hostModules', '_version', '_util', 'broadcast'].map((name) => `${name}: ${typeof AP[name]}`));
  }),
]);

scene('frame-deeds', { frames: [{ key: 'page' }, { key: 'panel' }] }, [
  app('page', 'is clicked', () => document.body.click()),
  app('page', 'says init again', ({ post }) => post({ type: 'init' })),
  app('page', 'goes to another page of its own', () => { location.href += '&again=1'; }),
  app('page', 'calls from there', ({ AP, watch, heard }) => {
    watch('getToken', AP.context.getToken());
    AP.events.on('news', heard('on'));
    AP.events.emit('news', 1);
  }),
  app('panel', 'emits to the new page', ({ AP }) => AP.events.emit('news', 2)),
  app('page', 'changes its address', () => history.pushState(null, '', '?scene=frame-deeds&pushed')),
  host('takes the panel away', ({ iframe }) => iframe('panel').remove()),
  app('page', 'emits to nobody', ({ AP, heard }) => AP.events.emit('news', 3)),
]);

scene('theming', { frames: [{ key: 'page' }] }, [
  app('page', 'asks for the theme', ({ AP, heard, note }) => {
    AP.events.onAny(heard('any'));
    note('returned', AP.theming.initializeTheming());
  }),
  app('page', 'looks at itself', ({ note }) => {
    note('attributes', [...document.documentElement.attributes].map((one) => [one.name, one.value]));
    note('style sheets', document.querySelectorAll('link[rel=stylesheet]').length);
  }),
]);

const dress = (theme, mode) => {
  document.documentElement.setAttribute('data-theme', theme);
  document.documentElement.setAttribute('data-color-mode', mode);
};

// What the surface makes of a theme is left out: the two hosts see another one.
const dressed = app('page', 'looks at itself', ({ note }) => {
  note('theme', document.documentElement.getAttribute('data-theme'), document.documentElement.getAttribute('data-color-mode'));
});

scene('theming-changes', { frames: [{ key: 'page' }, { key: 'panel' }] }, [
  host('is dark', () => dress('dark:dark light:light spacing:spacing', 'dark')),
  app('page', 'asks for the theme', ({ AP }) => AP.theming.initializeTheming()),
  dressed,
  host('turns light', () => dress('dark:dark light:light', 'light')),
  dressed,
  host('has no theme any more', () => {
    document.documentElement.removeAttribute('data-theme');
    document.documentElement.removeAttribute('data-color-mode');
  }),
  dressed,
  app('panel', 'keeps one', ({ AP }) => AP.theming.initializeTheming(true)),
  app('panel', 'looks at itself', ({ note }) => note('theme', document.documentElement.getAttribute('data-theme'), document.documentElement.getAttribute('data-color-mode'))),
]);

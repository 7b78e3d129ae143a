// AP.events: two frames of one app and one of another.

scene('events', { frames: [{ key: 'page' }, { key: 'panel' }, { addon: 'other', key: 'page' }] }, [
  app('page', 'listens', ({ AP, heard }) => {
    AP.events.on('news', heard('on'));
    AP.events.once('news', heard('once'));
    AP.events.onAny(heard('onAny'));
    AP.events.onPublic('news', heard('onPublic'));
  }),
  app('panel', 'emits nothing, one, many values', ({ AP, note }) => {
    note('emit returned', AP.events.emit('news'));
    AP.events.emit('news', 'one');
    AP.events.emit('news', 'one', { two: 2 }, [3], null, undefined);
    AP.events.emit('news', ['a', 'b']);
    AP.events.emit('else', 1);
  }),
  app('page', 'emits to itself', ({ AP }) => AP.events.emit('news', 'own')),
  app('page', 'stops listening', ({ AP, heard }) => {
    const twice = heard('twice');
    AP.events.on('news', twice);
    AP.events.on('news', twice);
    AP.events.off('news', twice);
    AP.events.off('news', heard('unknown'));
    AP.events.off('never heard of', twice);
    const any = heard('any');
    AP.events.onAny(any);
    AP.events.offAny(any);
  }),
  app('panel', 'emits again', ({ AP }) => AP.events.emit('news', 'again')),
  app('page', 'stops listening to all of a name', ({ AP }) => AP.events.offAll('news')),
  app('panel', 'emits once more', ({ AP }) => AP.events.emit('news', 'more')),
  app('panel', 'emits what cannot be sent', ({ AP }) => {
    const circle = { name: 'circle' };
    circle.self = circle;
    AP.events.emit('news', circle, () => 1, new Error('no'), document.body, new Date(0), [() => 1, null], { gone: null, fn: () => 1 });
  }),
  app('page', 'calls a listener that throws', ({ AP, heard }) => {
    AP.events.on('trouble', () => { throw new Error('thrown by a listener'); });
    AP.events.on('trouble', heard('after the one that throws'));
    AP.events.emit('trouble', 1);
    AP.events.on('calm', heard('after the trouble'));
    AP.events.emit('calm', 1);
  }),
  app('page', 'emits to the data provider', ({ AP, heard }) => {
    AP.events.on('dataProviderEvent', heard('data provider'));
    AP.events.emitToDataProvider('x', { y: 1 });
  }),
  app('page', 'uses names of the prototype', ({ AP, heard, attempt }) => {
    attempt('on', () => AP.events.on('toString', heard('toString')));
    AP.events.emit('toString', 1);
  }),
  app('page', 'takes off a listener of once', ({ AP, heard }) => {
    const once = heard('once');
    AP.events.once('single', once);
    AP.events.off('single', once);
    AP.events.on('single', heard('the next listener'));
    AP.events.emit('single', 1);
  }),
  app('page', 'emits it again', ({ AP }) => AP.events.emit('single', 2)),
]);

scene('public-events', { frames: [{ key: 'page' }, { key: 'panel' }, { addon: 'other', key: 'page', options: { secretWord: 'x', nothing: null } }] }, [
  app('page', 'listens', ({ AP, heard, note }) => {
    AP.events.onPublic('news', heard('onPublic'));
    AP.events.onPublic('news', heard('filtered by a function'), (sender) => {
      note('filter saw', sender);
      return sender.addonKey === 'other';
    });
    AP.events.onPublic('news', heard('filtered by an object'), { addonKey: 'app', key: 'panel' });
    AP.events.onPublic('news', heard('filtered away'), { addonKey: 'nobody' });
    AP.events.on('news', heard('on'));
  }),
  app('other/page', 'emits publicly', ({ AP }) => AP.events.emitPublic('news', 'one', { two: 2 })),
  app('panel', 'emits publicly', ({ AP }) => AP.events.emitPublic('news')),
  app('page', 'listens once', ({ AP, heard }) => {
    AP.events.oncePublic('single', heard('oncePublic'));
    AP.events.oncePublic('list', heard('oncePublic of a list'));
  }),
  app('other/page', 'emits twice', ({ AP }) => {
    AP.events.emitPublic('single', 'first', 1);
    AP.events.emitPublic('single', 'second', 2);
    AP.events.emitPublic('list', ['first', 1]);
    AP.events.emitPublic('list', ['second', 2]);
  }),
  app('page', 'stops listening', ({ AP, heard }) => {
    const gone = heard('gone');
    AP.events.onPublic('news', gone);
    AP.events.offPublic('news', gone);
  }),
  app('other/page', 'emits publicly again', ({ AP }) => AP.events.emitPublic('news', 'again')),
  app('page', 'stops listening to all of a name', ({ AP }) => AP.events.offAllPublic('news')),
  app('other/page', 'emits publicly once more', ({ AP }) => AP.events.emitPublic('news', 'more')),
  app('panel', 'listens to any', ({ AP, heard }) => {
    AP.events.onPublic('news', heard('onPublic'));
    window.any = heard('onAnyPublic');
    AP.events.onAnyPublic(window.any, { addonKey: 'other' });
  }),
  app('other/page', 'emits for the one that listens to any', ({ AP }) => AP.events.emitPublic('news', 'any')),
  app('panel', 'listens to any no longer', ({ AP }) => AP.events.offAnyPublic(window.any)),
  app('other/page', 'emits publicly a last time', ({ AP }) => AP.events.emitPublic('news', 'last')),
]);

// Events for a frame that has not loaded wait for it.
scene('queued-events', { frames: [{ key: 'page' }] }, [
  app('page', 'asks again for what waits', ({ AP, heard }) => {
    AP.register({ extra: heard('registered') });
    AP.register('nothing');
    AP.registerAny(heard('registerAny'));
    AP.events.emit('extra', 1);
  }),
]);

// Messages as such: what an app may post past all.js, and what becomes of a frame that goes astray.

scene('raw-messages', { frames: [{ key: 'page' }, { key: 'panel' }, { addon: 'other', key: 'page' }] }, [
  app('panel', 'listens', ({ AP, heard }) => AP.registerAny(heard('any'))),
  app('page', 'broadcasts to the other frames of its app', ({ post }) => {
    post({ type: 'broadcast', etyp: 'shout', evnt: { loud: true, none: null } });
    post({ type: 'broadcast', etyp: 'silent' });
  }),
  app('page', 'asks for events, and answers what nobody asked', ({ post }) => {
    post({ type: 'event_query', args: ['one', 'two'] });
    post({ type: 'event_query' });
    post({ type: 'resp', mid: 'abcd', args: [1] });
    post({ type: 'key_triggered', keycode: 27, modifiers: [] });
    post({ type: 'addon_clicked' });
  }),
  app('page', 'calls without asking for an answer', ({ post }) => {
    post({ type: 'req', mod: 'user', fn: 'getTimeZone', args: [] });
    post({ type: 'req', mod: 'context', fn: 'getToken', args: [] });
    post({ type: 'req', mod: 'user', fn: 'getTimeZone', args: ['one', 'two', 'three'], mid: 'abcd0001' });
  }),
  app('page', 'says that it unloads, and goes on', ({ post }) => post({ type: 'unload' })),
  app('page', 'calls all the same', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
  app('page', 'says init again', ({ post }) => post({ type: 'init' })),
  app('page', 'calls once more', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
]);

// The same page at another origin of the app's machine: no message of it is taken, and none reaches it.
scene('other-origin', { frames: [{ key: 'page' }, { key: 'panel' }] }, [
  app('page', 'is led to another origin', () => {
    location.href = location.href.replace('127.0.0.1', 'localhost');
  }),
  app('page', 'calls from there', ({ AP, heard, watch }) => {
    AP.user.getTimeZone(heard('getTimeZone'));
    watch('getToken', AP.context.getToken());
    AP.events.on('news', heard('on'));
  }),
  app('panel', 'emits', ({ AP }) => AP.events.emit('news', 1)),
  app('page', 'comes back', () => {
    location.href = location.href.replace('localhost', '127.0.0.1');
  }),
  app('page', 'calls again', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
]);

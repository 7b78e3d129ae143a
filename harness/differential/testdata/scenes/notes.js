// AP.flag and AP.messages.

scene('flags', { frames: [{ key: 'page' }, { key: 'panel' }] }, [
  app('page', 'shows a flag', ({ AP, heard, note }) => {
    window.flag = AP.flag.create({ title: 'Saved', body: 'All is well', type: 'SUCCESS', actions: { undo: 'Undo it', more: 'Tell more' } }, heard('flag id'));
    note('members', Object.keys(window.flag).sort(), typeof window.flag.close);
    AP.events.on('flag.close', heard('flag.close'));
    AP.events.on('flag.action', heard('flag.action'));
  }),
  app('panel', 'listens to the flags of the other frame', ({ AP, heard }) => AP.events.onAny(heard('any'))),
  host('presses an action', ({ press, look, note }) => {
    note('flags', look('.aui-flag .title, .aui-flag .aui-flag-title').length);
    press('Undo it');
  }),
  app('page', 'closes it', ({ note }) => note('close returned', window.flag.close())),
  app('page', 'shows another', ({ AP, heard }) => {
    window.flag = AP.flag.create({ title: 'Hello', body: '<b>not bold</b>', close: 'manual' }, heard('flag id'));
  }),
  host('closes it', ({ note }) => {
    const flags = [...document.querySelectorAll('.aui-flag')].filter((one) => one.textContent.includes('Hello'));
    note('markup', flags.length, flags[0].querySelectorAll('b').length);
    flags[0].querySelector('.icon-close, .aui-close-button').click();
  }),
  app('page', 'shows a flag without anything', ({ AP, heard, attempt }) => {
    attempt('create', () => typeof AP.flag.create({}, heard('flag id')));
    attempt('create of a word', () => typeof AP.flag.create('word', heard('flag id')));
  }),
]);

scene('messages', { frames: [{ key: 'page' }] }, [
  app('page', 'shows messages', ({ AP, heard, note }) => {
    window.messages = ['generic', 'error', 'warning', 'success', 'info', 'hint'].map((kind) => AP.messages[kind](`Title ${kind}`, 'The <i>body</i>', { closeable: true }));
    note('ids', window.messages.map((message) => /^[0-9a-f]+$/.test(message._id)));
    AP.messages.onClose(window.messages[0], heard('onClose'));
    AP.messages.onClose(window.messages[1], heard('onClose by hand'));
  }),
  host('looks', ({ note, look }) => note('messages', look('#ac-message-container .aui-message').map((one) => [one.id, one.textContent.includes('The <i>body</i>')]))),
  app('page', 'clears one', ({ AP, note }) => note('clear returned', AP.messages.clear(window.messages[0]))),
  host('closes one', ({ note }) => {
    const found = [...document.querySelectorAll('#ac-message-container .aui-message')].find((one) => one.textContent.includes('Title error'));
    found.querySelector('.icon-close, .aui-close-button').click();
    note('closed one');
  }),
  host('looks', ({ note, look }) => note('messages', look('#ac-message-container .aui-message').length)),
  app('page', 'clears what is no message', ({ AP }) => {
    AP.messages.clear({ _id: 'zzz' });
    AP.messages.clear({});
  }),
]);

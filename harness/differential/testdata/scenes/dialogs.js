// AP.dialog: dialogs of one app, seen from the page that opens them and from inside.

scene('dialog-bare', { frames: [{ key: 'page' }] }, [
  app('page', 'opens it', ({ AP, heard, note }) => {
    const dialog = AP.dialog.create({ key: 'dialog', customData: { from: 'page', nothing: null }, width: '300px', height: '200px' });
    note('dialog', Object.keys(dialog).sort());
    AP.events.on('dialog.close', heard('dialog.close'));
    note('on returned', dialog.on('close', heard('on close')));
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'asks', ({ AP, heard, note }) => {
    AP.dialog.getCustomData(heard('getCustomData'));
    note('customData', AP.dialog.customData);
    note('Dialog is dialog', AP.Dialog === AP.dialog);
    const { options } = JSON.parse(window.name);
    note('options', Object.keys(options).sort(), options.isDialog, options.customData, options.productContext, options.preventDialogCloseOnEscape);
    note('margin', document.body.style.margin);
    AP.events.on('dialog.close', heard('dialog.close'));
  }),
  app('page', 'asks as well', ({ AP, heard }) => AP.dialog.getCustomData(heard('getCustomData'))),
  app('dialog', 'resizes in vain', ({ AP }) => AP.env.resize('10px', '10px')),
  app('dialog', 'closes it', ({ AP, note }) => note('close returned', AP.dialog.close({ answer: 42 }))),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'closes what is not open', ({ AP }) => AP.dialog.close({ answer: 'nobody' })),
]);

const chrome = { key: 'dialog', chrome: true, header: 'Title', hint: 'Hint', submitText: 'Do it', cancelText: 'Leave it', buttons: [{ text: 'Third', identifier: 'third' }, { text: 'Off', identifier: 'off', disabled: true }] };

scene('dialog-buttons', { frames: [{ key: 'page' }] }, [
  app('page', 'opens it', ({ AP, heard }) => {
    AP.dialog.create(chrome);
    AP.events.onAny(heard('any'));
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'listens', ({ AP, heard, note }) => {
    AP.events.onAny(heard('any'));
    AP.dialog.getButton('third').bind(heard('third'));
    const button = AP.dialog.getButton('submit');
    button.isEnabled(heard('submit isEnabled'));
    button.isHidden(heard('submit isHidden'));
    note('bind returned', button.bind(() => {
      note('submit handler');
      return false;
    }));
    AP.dialog.onDialogMessage('cancel', (data) => {
      note('cancel handler', data);
      return false;
    });
  }),
  host('presses the third', ({ press }) => press('Third')),
  host('presses one that is off', ({ press }) => press('Off')),
  host('submits', ({ press }) => press('Do it')),
  host('cancels', ({ press }) => press('Leave it')),
  app('dialog', 'changes its buttons', ({ AP }) => {
    AP.dialog.getButton('submit').disable();
    AP.dialog.getButton('third').hide();
    AP.dialog.getButton('cancel').disable();
    AP.dialog.getButton('off').enable();
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'asks for their state', ({ AP, heard }) => {
    for (const name of ['submit', 'cancel', 'third', 'off']) {
      AP.dialog.getButton(name).isEnabled(heard(`${name} isEnabled`));
      AP.dialog.getButton(name).isHidden(heard(`${name} isHidden`));
    }
  }),
  app('dialog', 'toggles, shows and triggers', ({ AP, heard }) => {
    const button = AP.dialog.getButton('submit');
    button.toggle();
    button.isEnabled(heard('toggled'));
    AP.dialog.getButton('third').show();
    AP.dialog.getButton('third').isHidden(heard('shown'));
    button.trigger();
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'makes buttons', ({ AP, heard, note }) => {
    AP.dialog.createButton({ text: 'Made', identifier: 'made' }).bind(heard('made'));
    AP.dialog.createButton('Named').bind(heard('named'));
    AP.dialog.createButton({ text: 'Nameless' }).bind(heard('nameless'));
  }),
  host('presses what was made', ({ press }) => {
    press('Made');
    press('Named');
    press('Nameless');
  }),
  app('dialog', 'asks for a button that there is not', ({ AP, heard }) => {
    AP.dialog.getButton('none').isEnabled(heard('isEnabled of none'));
  }),
]);

scene('dialog-submit', { frames: [{ key: 'page' }] }, [
  app('page', 'opens it', ({ AP, heard }) => {
    AP.dialog.create({ key: 'dialog', chrome: true });
    AP.events.onAny(heard('any'));
  }),
  app('dialog', 'agrees', ({ AP, note }) => AP.dialog.getButton('submit').bind(() => {
    note('submit handler');
    return true;
  })),
  host('submits', ({ press }) => press('Submit')),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-stays', { frames: [{ key: 'page' }] }, [
  app('page', 'opens it', ({ AP }) => AP.dialog.create({ key: 'dialog', chrome: true, size: 'small' })),
  app('dialog', 'stays on submit', ({ AP, note }) => note('returned', AP.dialog.disableCloseOnSubmit())),
  host('submits', ({ press }) => press('Submit')),
  host('looks', ({ dialogs: show }) => show()),
  host('cancels', ({ press }) => press('Cancel')),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-escape', { frames: [{ key: 'page' }] }, [
  app('page', 'opens it', ({ AP, heard }) => {
    AP.events.onAny(heard('any'));
    AP.dialog.create({ key: 'dialog', customData: 'a word' });
  }),
  app('dialog', 'presses keys', ({ AP, heard }) => {
    const press = (keyCode, more) => window.dispatchEvent(Object.assign(new KeyboardEvent('keydown', { keyCode, bubbles: true, ...more })));
    press(65, {});
    press(27, { shiftKey: true });
    press(27, { ctrlKey: true, altKey: true, metaKey: true });
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'presses Escape', () => { window.dispatchEvent(new KeyboardEvent('keydown', { keyCode: 27, bubbles: true })); }),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'opens one that Escape does not close', ({ AP }) => AP.dialog.create({ key: 'fixed', closeOnEscape: false })),
  app('fixed', 'presses Escape', () => { window.dispatchEvent(new KeyboardEvent('keydown', { keyCode: 27, bubbles: true })); }),
  host('looks', ({ dialogs: show }) => show()),
  host('presses Escape in the page', ({ key }) => key(27, 'Escape')),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-sizes', { frames: [{ key: 'page' }] }, [
  app('page', 'opens a full screen', ({ AP }) => AP.dialog.create({ key: 'dialog', size: 'fullscreen', header: { value: 'Wide' } })),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'closes it', ({ AP }) => AP.dialog.close()),
  app('page', 'opens one that fills the screen by its size', ({ AP }) => AP.dialog.create({ key: 'dialog', width: '100%', height: '100%' })),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'closes it', ({ AP }) => AP.dialog.close()),
  app('page', 'opens a maximal one', ({ AP }) => AP.dialog.create({ key: 'dialog', size: 'maximum', chrome: true })),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-module', { frames: [{ key: 'page' }], dialogs: { dialog: { header: { value: 'Declared' }, submitText: 'Save' }, other: { chrome: false } } }, [
  app('page', 'opens a module that is declared', ({ AP }) => AP.dialog.create({ key: 'dialog', hint: 'A hint' })),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'closes it', ({ AP }) => AP.dialog.close()),
  app('page', 'opens it without chrome', ({ AP }) => AP.dialog.create({ key: 'dialog', chrome: false })),
  host('looks', ({ dialogs: show }) => show()),
  app('page', 'closes it', ({ AP }) => AP.dialog.close()),
  app('page', 'opens one declared without chrome', ({ AP }) => AP.dialog.create({ key: 'other' })),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-silent', { frames: [{ key: 'page' }] }, [
  app('page', 'opens one that never says init', ({ AP, heard }) => {
    AP.events.onAny(heard('any'));
    AP.dialog.create({ key: 'silent', chrome: true });
  }),
  host('looks', ({ dialogs: show }) => show()),
  host('cancels', ({ press }) => press('Cancel')),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-unresolved', { frames: [{ key: 'page' }] }, [
  app('page', 'opens one that there is not', ({ AP }) => AP.dialog.create({ key: 'missing', chrome: true })),
  host('looks', ({ dialogs: show, note, look }) => {
    show();
    note('error', look('.connect-resolve-error').length);
  }),
]);

scene('dialog-over-dialog', { frames: [{ key: 'page' }] }, [
  app('page', 'opens one', ({ AP, heard }) => {
    AP.events.on('dialog.close', heard('dialog.close'));
    AP.dialog.create({ key: 'dialog', customData: { n: 1 } });
  }),
  app('dialog', 'opens another', ({ AP, heard }) => {
    AP.events.on('dialog.close', heard('dialog.close'));
    AP.dialog.create({ key: 'second', customData: { n: 2 } });
  }),
  app('second', 'asks and closes itself', ({ AP, heard }) => {
    AP.dialog.getCustomData(heard('getCustomData'));
    AP.dialog.close('second');
  }),
  host('looks', ({ dialogs: show }) => show()),
  app('dialog', 'closes itself', ({ AP }) => AP.dialog.close('first')),
  host('looks', ({ dialogs: show }) => show()),
]);

scene('dialog-nowhere', { frames: [{ key: 'page' }] }, [
  app('page', 'uses dialogs that are not open', ({ AP, heard, attempt }) => {
    attempt('getButton', () => typeof AP.dialog.getButton('submit'));
    AP.dialog.getButton('submit').isEnabled(heard('isEnabled'));
    AP.dialog.close();
  }),
]);

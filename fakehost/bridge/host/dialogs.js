// Dialogs: a second extension of the same app, in a box over the page.
//
// A dialog is {id, extension, openerID, customData, options, section, blanket, actions, buttons,
// focusBefore}. openerID is empty for one that a web item opened.

const dialogs = [];

const dialogSizes = { small: [400, 200], medium: [600, 400], large: [800, 600], xlarge: [980, 700] };

function activeDialog() {
  return dialogs[dialogs.length - 1];
}

function dialogOf(extension) {
  return dialogs.find((dialog) => dialog.extension === extension);
}

// openDialog opens what AP.dialog.create asks for. Options that the call leaves out are those of the
// module in the descriptor (atlassian-connect-js 5.3.190, src/host/modules/dialog.js).
function openDialog(opener, id, given) {
  const options = { ...ownOptions(opener.addon_key, given.key), ...given };
  return showDialog({ id, openerID: opener.id, customData: given.customData, options, extension: dialogExtension(opener, id, options) });
}

function ownOptions(addonKey, key) {
  const has = (object, name) => Object.prototype.hasOwnProperty.call(plain(object), name);
  return has(page.dialogModules, addonKey) && has(page.dialogModules[addonKey], key) ? plain(page.dialogModules[addonKey][key]) : {};
}

// showDialog puts a dialog over the page and the focus into it; closing gives the focus back.
function showDialog(dialog) {
  dialog.options = settledOptions(dialog.options);
  dialog.buttons = new Map();
  dialog.focusBefore = document.activeElement;
  dialog.section = dialogSection(dialog);
  dialog.blanket = element('div', 'standin-blanket');
  dialogs.push(dialog);
  document.body.append(dialog.blanket, dialog.section);
  holdPage();
  dialog.section.focus();
  dialog.ready = mount(dialog.extension, dialog.section.querySelector('.ap-iframe-container')).then((registration) => {
    if (!registration) {
      addCloseButton(dialog);
    }
    return registration;
  });
  return dialog;
}

// settledOptions makes of what apps write what the product works with (atlassian-connect-js 5.3.190,
// src/host/utils/dialog.js).
function settledOptions(given) {
  const options = { ...given, size: given.size === 'x-large' ? 'xlarge' : given.size };
  if (options.size !== 'maximum' && options.width === '100%' && options.height === '100%') {
    options.size = 'fullscreen';
  }
  const header = plain(options.header).value || options.header;
  options.header = typeof header === 'string' ? header : '';
  // What fills the screen by its measures alone has no chrome unless it asks for it.
  options.chrome = given.size === 'fullscreen' || (given.size !== 'maximum' && given.chrome === true);
  return options;
}

// dialogExtension takes over from the opener what concerns the page and the user, never its token:
// the dialog's own comes from the content resolver.
function dialogExtension(opener, id, given) {
  const { productContext, contextPath, hostOrigin, origin, user, sandbox, apiMigrations, globalOptions } = opener.options;
  const options = { productContext, contextPath, hostOrigin, origin, user, sandbox, apiMigrations, globalOptions };
  return {
    addon_key: opener.addon_key,
    key: String(given.key || ''),
    url: '',
    options: {
      ...JSON.parse(JSON.stringify(options)),
      customData: given.customData,
      isDialog: true,
      dialogId: id,
      callbackExtensionId: opener.id,
      preventDialogCloseOnEscape: given.closeOnEscape === false,
      hideIframeUntilLoad: true,
      moduleType: 'dialogs',
    },
  };
}

function dialogSection(dialog) {
  const { id, options } = dialog;
  const section = element('section', `aui-layer aui-dialog2 ap-aui-dialog2${options.size ? ` aui-dialog2-${options.size}` : ''}`);
  setAttributes(section, {
    id: `ap-dialog-${id}`,
    role: 'dialog',
    'aria-modal': 'true',
    'aria-label': options.header || dialog.extension.title || dialog.extension.key,
    tabindex: '-1',
    'data-aui-modal': 'true',
  });
  section.style.cssText = 'position:fixed;z-index:3000;background:#fff;display:flex;flex-direction:column;inset:0;margin:auto';
  const [width, height] = dialogDimensions(options, options.size);
  section.style.width = width;
  section.style.height = height;
  const content = element('div', 'aui-dialog2-content');
  content.style.cssText = 'flex:1;min-height:0';
  const container = element('div', 'ap-iframe-container');
  container.style.height = '100%';
  content.append(container);
  if (options.chrome) {
    section.append(dialogHeader(dialog), content, dialogFooter(dialog));
    addOwnButtons(dialog);
  } else {
    section.classList.add('aui-dialog2-chromeless');
    section.append(content);
  }
  return section;
}

// dialogHeader has a cross that closes without a word to the app; a dialog that fills the screen has
// its buttons there instead.
function dialogHeader(dialog) {
  const { header, size } = dialog.options;
  const bar = element('header', 'aui-dialog2-header');
  bar.append(element('h2', 'aui-dialog2-header-main header-title', header));
  if (size === 'fullscreen') {
    dialog.actions = element('div', 'aui-item header-control-panel');
    bar.append(dialog.actions);
    return bar;
  }
  const close = element('button', 'aui-dialog2-header-close', '\u00d7');
  setAttributes(close, { type: 'button', 'aria-label': 'Close' });
  close.addEventListener('click', () => closeDialog(dialog, undefined, false));
  bar.append(close);
  return bar;
}

function dialogDimensions(options, size) {
  if (size === 'fullscreen' || size === 'maximum') {
    return ['100%', '100%'];
  }
  if (Object.prototype.hasOwnProperty.call(dialogSizes, String(size))) {
    return dialogSizes[size].map((side) => `min(${side}px, 100%)`);
  }
  return [options.width, options.height].map((side) => (dimension(side) ? `min(${dimension(side)}, 100%)` : '50%'));
}

function dialogFooter(dialog) {
  const { hint, size } = dialog.options;
  const footer = element('footer', 'aui-dialog2-footer');
  if (size !== 'fullscreen') {
    dialog.actions = element('div', 'aui-dialog2-footer-actions');
    footer.append(dialog.actions);
  }
  if (typeof hint === 'string' && hint) {
    footer.append(element('div', 'aui-dialog2-footer-hint', hint));
  }
  return footer;
}

function addOwnButtons(dialog) {
  const { submitText, cancelText, buttons } = dialog.options;
  // Submit waits for the bridge: an app that has not loaded cannot hear it.
  addButton(dialog, { name: 'submit', identifier: 'submit', text: submitText || 'Submit', enabled: false });
  addButton(dialog, { name: 'cancel', identifier: 'cancel', text: cancelText || 'Cancel', enabled: true, immutable: true });
  for (const button of Array.isArray(buttons) ? buttons : []) {
    const { identifier, text, disabled } = plain(button);
    addButton(dialog, { identifier: identifier || `user.button.${randomHex()}`, text: String(text || ''), enabled: disabled !== true, custom: true });
  }
}

// addCloseButton gives a way out to a dialog without buttons whose content could not be had.
function addCloseButton(dialog) {
  if (dialog.actions) {
    return;
  }
  const footer = element('footer', 'aui-dialog2-footer');
  const close = element('button', 'aui-button', 'Close');
  close.addEventListener('click', () => closeDialog(dialog, undefined, false));
  footer.append(close);
  dialog.section.append(footer);
}

function addButton(dialog, button) {
  const made = element('button', `aui-button ap-aui-button ap-dialog-button${button.custom ? ' ap-dialog-custom-button' : ''}`, button.text);
  const entry = { hidden: false, name: button.identifier, ...button, element: made };
  made.setAttribute('type', 'button');
  made.addEventListener('click', () => pressButton(dialog, entry));
  dialog.buttons.set(entry.identifier, entry);
  showButton(entry);
  if (dialog.actions) {
    dialog.actions.append(made);
  }
  return entry;
}

function showButton(button) {
  if (!button.immutable) {
    button.element.setAttribute('aria-disabled', String(!button.enabled));
  }
  button.element.style.display = button.hidden ? 'none' : '';
}

function changeButton(button, change) {
  if (button && !button.immutable) {
    Object.assign(button, change);
    showButton(button);
  }
}

// pressButton tells the app; an app that is not there cannot be asked, and the dialog just closes.
function pressButton(dialog, button) {
  if (!button.enabled) {
    return;
  }
  const registration = registrations.get(dialog.extension.id);
  if (!registration || !registration.established) {
    closeDialog(dialog, undefined, false);
    return;
  }
  const data = { button: { name: button.name, identifier: button.identifier, text: button.text } };
  const target = { addon_key: dialog.extension.addon_key, key: dialog.extension.key, id: dialog.extension.id };
  if (!button.custom) {
    emit(`dialog.${button.name}`, target, data);
  }
  emit('dialog.button.click', target, data);
}

function closeDialog(dialog, data, tellOpener) {
  const at = dialogs.indexOf(dialog);
  if (at < 0) {
    return;
  }
  dialogs.splice(at, 1);
  dialog.section.remove();
  dialog.blanket.remove();
  holdPage();
  giveFocusBack(dialog.focusBefore);
  // What a web item opened has no opener to tell.
  if (tellOpener && dialog.openerID) {
    emit('dialog.close', { addon_key: dialog.extension.addon_key, id: dialog.openerID }, data);
  }
  // The first dialog that closes takes Escape from all of them (atlassian-connect-js 5.3.190,
  // src/host/components/dialog.js).
  stopListening(27, undefined);
}

// holdPage keeps the keyboard out of the page while a dialog is over it.
function holdPage() {
  for (const part of document.querySelectorAll('.skip, header.site, main, #footer')) {
    part.inert = dialogs.length > 0;
  }
}

function giveFocusBack(to) {
  if (to && to.isConnected && typeof to.focus === 'function') {
    to.focus();
  }
}

function dialogEstablished(registration) {
  const dialog = dialogOf(registration.extension);
  if (!dialog) {
    return;
  }
  changeButton(dialog.buttons.get('submit'), { enabled: true });
  if (!registration.extension.options.preventDialogCloseOnEscape) {
    listenForKey(registration, 27, undefined, () => closeDialog(dialog, undefined, true));
  }
}

// Escape in the product page itself closes without a word to the opener (atlassian-connect-js 5.3.190,
// src/host/modules/dialog.js: the event has no extension to name).
window.addEventListener('keydown', (event) => {
  const dialog = activeDialog();
  if (event.key === 'Escape' && dialog) {
    closeDialog(dialog, undefined, false);
  }
});

// Dialogs: a second extension of the same app, in a box over the page.
//
// A dialog is {id, extension, openerID, customData, options, section, buttons, registration}.

const dialogs = [];

const dialogSizes = { small: [400, 200], medium: [600, 400], large: [800, 600], xlarge: [980, 700] };

function activeDialog() {
  return dialogs[dialogs.length - 1];
}

function dialogOf(extension) {
  return dialogs.find((dialog) => dialog.extension === extension);
}

function openDialog(opener, id, options) {
  const dialog = { id, openerID: opener.id, customData: options.customData, options, buttons: new Map(), extension: dialogExtension(opener, id, options) };
  dialog.section = dialogSection(dialog);
  dialogs.push(dialog);
  document.body.append(dialog.section);
  dialog.ready = mount(dialog.extension, dialog.section.querySelector('.ap-iframe-container'));
  return dialog;
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
      width: '100%',
      height: '100%',
    },
  };
}

function dialogSection(dialog) {
  const { id, options } = dialog;
  const size = options.size === 'x-large' ? 'xlarge' : options.size;
  const section = element('section', `aui-layer aui-dialog2 ap-aui-dialog2${size ? ` aui-dialog2-${size}` : ''}`);
  setAttributes(section, { id: `ap-dialog-${id}`, role: 'dialog', 'data-aui-modal': 'true' });
  section.style.cssText = 'position:fixed;z-index:3000;background:#fff;border:1px solid #999;display:flex;flex-direction:column;inset:0;margin:auto';
  const [width, height] = dialogDimensions(options, size);
  section.style.width = width;
  section.style.height = height;
  const content = element('div', 'aui-dialog2-content');
  content.style.cssText = 'flex:1;min-height:0';
  const container = element('div', 'ap-iframe-container');
  container.style.height = '100%';
  content.append(container);
  if (hasChrome(options)) {
    const header = plain(options.header).value || options.header || '';
    section.append(element('header', 'aui-dialog2-header', String(header)), content, dialogFooter(dialog));
  } else {
    section.classList.add('aui-dialog2-chromeless');
    section.append(content);
  }
  return section;
}

function dialogDimensions(options, size) {
  if (size === 'fullscreen' || size === 'maximum') {
    return ['100%', '100%'];
  }
  if (Object.prototype.hasOwnProperty.call(dialogSizes, String(size))) {
    return dialogSizes[size].map((side) => `${side}px`);
  }
  return [dimension(options.width) || '50%', dimension(options.height) || '50%'];
}

function hasChrome({ chrome, size }) {
  if (size === 'fullscreen' || size === 'maximum') {
    return size === 'fullscreen';
  }
  return chrome === true;
}

function dialogFooter(dialog) {
  const { submitText, cancelText, buttons } = dialog.options;
  const footer = element('footer', 'aui-dialog2-footer');
  footer.append(element('div', 'aui-dialog2-footer-actions'));
  dialog.footer = footer.firstChild;
  // Submit waits for the bridge: an app that has not loaded cannot hear it.
  addButton(dialog, { name: 'submit', identifier: 'submit', text: submitText || 'Submit', enabled: false });
  addButton(dialog, { name: 'cancel', identifier: 'cancel', text: cancelText || 'Cancel', enabled: true, immutable: true });
  for (const button of Array.isArray(buttons) ? buttons : []) {
    const { identifier, text, disabled } = plain(button);
    addButton(dialog, { identifier: identifier || `user.button.${randomHex()}`, text: String(text || ''), enabled: disabled !== true, custom: true });
  }
  return footer;
}

function addButton(dialog, button) {
  const made = element('button', `aui-button ap-aui-button ap-dialog-button${button.custom ? ' ap-dialog-custom-button' : ''}`, button.text);
  const entry = { hidden: false, name: button.identifier, ...button, element: made };
  made.addEventListener('click', () => pressButton(dialog, entry));
  dialog.buttons.set(entry.identifier, entry);
  showButton(entry);
  if (dialog.footer) {
    dialog.footer.append(made);
  }
  return entry;
}

function showButton(button) {
  button.element.setAttribute('aria-disabled', String(!button.enabled));
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
    closeDialog(dialog, undefined, true);
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
  if (tellOpener) {
    emit('dialog.close', { addon_key: dialog.extension.addon_key, id: dialog.openerID }, data);
  }
}

function dialogEstablished(registration) {
  const dialog = dialogOf(registration.extension);
  if (!dialog) {
    return;
  }
  changeButton(dialog.buttons.get('submit'), { enabled: true });
  if (!registration.extension.options.preventDialogCloseOnEscape) {
    listenForKey(registration, 27, [], () => closeDialog(dialog, undefined, true));
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

// AP.dialog: what an app can ask of dialogs.

function requireActiveDialog() {
  const dialog = activeDialog();
  if (!dialog) {
    throw new Error('there is no open dialog');
  }
  return dialog;
}

function createDialog(call, options) {
  return openDialog(call.extension, call.instanceID, plain(options));
}

// close ends the caller's own dialog, or the one on top when the caller is the page behind it.
function close(call, data) {
  const dialog = dialogOf(call.extension) || activeDialog();
  if (dialog && dialog.extension.addon_key === call.extension.addon_key) {
    closeDialog(dialog, data, true);
  }
}

function getCustomData(call) {
  const dialog = dialogOf(call.extension);
  call.respond(dialog ? dialog.customData : undefined);
}

function getButton(call, identifier) {
  const dialog = requireActiveDialog();
  return { dialog, button: dialog.buttons.get(identifier) };
}

function createButton(call, options) {
  const { identifier, text, disabled } = plain(options);
  const dialog = dialogOf(call.extension) || requireActiveDialog();
  addButton(dialog, { identifier, text: String(text || identifier), enabled: disabled !== true, custom: true });
}

function onButton(action) {
  return method([], ({ instance: { dialog, button }, respond: answer }) => {
    if (button) {
      action(button, answer, dialog);
    }
  });
}

defineModule('dialog', {
  create: proxied(method(['options'], createDialog)),
  close: method(['data'], close),
  getCustomData: method([], getCustomData),
  getButton: proxied(method(['identifier'], getButton), {
    enable: onButton((button) => changeButton(button, { enabled: true })),
    disable: onButton((button) => changeButton(button, { enabled: false })),
    toggle: onButton((button) => changeButton(button, { enabled: !button.enabled })),
    isEnabled: onButton((button, answer) => answer(button.enabled)),
    trigger: onButton((button, answer, dialog) => pressButton(dialog, button)),
    hide: onButton((button) => changeButton(button, { hidden: true })),
    show: onButton((button) => changeButton(button, { hidden: false })),
    isHidden: onButton((button, answer) => answer(button.hidden)),
  }),
  createButton: proxied(method(['options'], createButton)),
});

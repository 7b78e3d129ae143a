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

// close ends the caller's own dialog, or the one on top when the caller is the page behind it. Only a
// dialog that closes itself tells its opener: the published host looks for the opener in the options of
// whoever called, and the page has none there.
function close(call, data) {
  const dialog = dialogOf(call.extension) || activeDialog();
  if (dialog && dialog.extension.addon_key === call.extension.addon_key) {
    closeDialog(dialog, data, dialog.extension === call.extension);
  }
}

function getCustomData(call) {
  const dialog = dialogOf(call.extension);
  call.respond(dialog ? dialog.customData : undefined);
}

// getButton makes what an app holds of a button: its state as it was then, and what the app has changed
// since. It is not the button's own, nor shared with another getButton. Of a button that there is not,
// the published host says that it is enabled and hidden.
function getButton(call, identifier) {
  const dialog = requireActiveDialog();
  const button = dialog.buttons.get(identifier);
  return { dialog, identifier, enabled: button ? button.enabled : true, hidden: button ? button.hidden : true };
}

function createButton(call, options) {
  const { identifier, text, disabled } = plain(options);
  const dialog = dialogOf(call.extension) || requireActiveDialog();
  addButton(dialog, { identifier, text: String(text || identifier), enabled: disabled !== true, custom: true });
}

function asksButton(state) {
  return method([], ({ instance, respond: answer }) => answer(instance[state]));
}

function changesButton(change) {
  return method([], ({ instance }) => {
    const changed = change(instance);
    Object.assign(instance, changed);
    changeButton(instance.dialog.buttons.get(instance.identifier), changed);
  });
}

defineModule('dialog', {
  create: proxied(method(['options'], createDialog)),
  close: method(['data'], close),
  getCustomData: method([], getCustomData),
  getButton: proxied(method(['identifier'], getButton), {
    enable: changesButton(() => ({ enabled: true })),
    disable: changesButton(() => ({ enabled: false })),
    isEnabled: asksButton('enabled'),
    toggle: changesButton(({ enabled }) => ({ enabled: !enabled })),
    // The published host calls something here that it does not have.
    trigger: method([], () => {
      throw new Error('atlassian-connect-js 5.3.190 cannot trigger a button');
    }),
    isHidden: asksButton('hidden'),
    hide: changesButton(() => ({ hidden: true })),
    show: changesButton(() => ({ hidden: false })),
  }),
  createButton: proxied(method(['options'], createButton)),
});

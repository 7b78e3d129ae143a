// AP.dialog, the part that stays in the frame: handlers for its buttons, and the rule that a dialog
// closes when its submit or cancel handlers all agree (atlassian-connect-js 5.3.190, src/plugin/dialog.js).

const dialogListeners = new Map();
let closeOnSubmit = true;
let madeButtons = 0;

function listenToDialog(name, listener) {
  if (typeof listener === 'function') {
    dialogListeners.set(name, [...(dialogListeners.get(name) || []), listener]);
  }
}

function attachDialog(AP) {
  const { dialog } = AP;
  if (!dialog) {
    return;
  }
  Object.defineProperty(dialog, 'customData', { get: () => options.customData });
  dialog.disableCloseOnSubmit = () => {
    closeOnSubmit = false;
  };
  dialog.onDialogMessage = listenToDialog;
  wrapCreate(dialog);
  wrapButtons(dialog);
  eventMethods.onAny((name, data) => dialogEvent(dialog, name, data));
  AP.Dialog = dialog;
  AP._hostModules.Dialog = dialog;
}

function wrapCreate(dialog) {
  const create = dialog.create;
  if (create) {
    dialog.create = (...args) => {
      const instance = create(...args);
      instance.on = listenToDialog;
      return instance;
    };
  }
}

function wrapButtons(dialog) {
  const { getButton, createButton } = dialog;
  if (getButton) {
    dialog.getButton = (name) => {
      const button = getButton(name);
      button.bind = (listener) => listenToDialog(name, listener);
      return button;
    };
  }
  if (createButton) {
    dialog.createButton = (wanted) => {
      const button = wanted !== null && typeof wanted === 'object' ? { ...wanted } : { text: wanted, identifier: wanted };
      if (!button.identifier) {
        madeButtons += 1;
        button.identifier = `user.button.${madeButtons}`;
      }
      createButton(button);
      return dialog.getButton(button.identifier);
    };
  }
}

function dialogEvent(dialog, name, data) {
  const [, kind] = /^dialog\.(\w+)/.exec(name) || [];
  if (name === 'dialog.button.click') {
    const { identifier } = plain(plain(data).button);
    for (const listener of dialogListeners.get(identifier) || []) {
      guarded(() => listener(data));
    }
  } else if (kind) {
    dialogEnd(dialog, kind, data);
  }
}

// dialogEnd runs the handlers of submit, cancel and close; only the first two can lead to a close.
function dialogEnd(dialog, kind, data) {
  const { button } = plain(data);
  if (kind !== 'close' && button === undefined) {
    return;
  }
  let closes = kind !== 'close' && !(kind === 'submit' && !closeOnSubmit);
  const context = button && button.name && dialog.getButton ? dialog.getButton(button.name) : null;
  try {
    for (const listener of dialogListeners.get(kind) || []) {
      closes = Boolean(listener.call(context, data)) && closes;
    }
  } catch (error) {
    console.error(error);
  }
  if (closes || kind === 'close') {
    dialogListeners.delete(kind);
  }
  if (closes) {
    dialog.close();
  }
}

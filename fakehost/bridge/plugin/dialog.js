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
  AP.Dialog = dialog;
  AP._hostModules.Dialog = dialog;
  if (!dialog) {
    return;
  }
  Object.defineProperty(dialog, 'customData', { get: deprecated(AP, 'AP.dialog.customData', 'AP.dialog.getCustomData()', () => options.customData) });
  dialog.disableCloseOnSubmit = () => {
    closeOnSubmit = false;
  };
  dialog.onDialogMessage = deprecated(AP, 'AP.dialog.onDialogMessage()', 'AP.events.on("dialog.message", callback)', listenToDialog);
  wrapCreate(AP, dialog);
  wrapButtons(AP, dialog);
  eventMethods.onAny((name, data) => dialogEvent(dialog, name, data));
}

function wrapCreate(AP, dialog) {
  const create = dialog.create;
  if (create) {
    dialog.create = (...args) => {
      const instance = create(...args);
      instance.on = deprecated(AP, 'AP.dialog.on("close", callback)', 'AP.events.on("dialog.close", callback)', listenToDialog);
      return instance;
    };
  }
}

function wrapButtons(AP, dialog) {
  const { getButton, createButton } = dialog;
  if (getButton) {
    dialog.getButton = (name) => {
      const button = getButton(name);
      button.bind = deprecated(AP, 'AP.dialog.getDialogButton().bind()', 'AP.events.on("dialog.message", callback)', (listener) => listenToDialog(name, listener));
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
    buttonPressed(data);
  } else if (kind) {
    dialogEnd(dialog, kind, data);
  }
}

// A handler that throws keeps the event from those after it.
function buttonPressed(data) {
  try {
    for (const listener of dialogListeners.get(data.button.identifier) || []) {
      listener(data);
    }
  } catch (error) {
    console.error(error);
  }
}

// dialogEnd runs the handlers of submit, cancel and close; only the first two can lead to a close, which
// a handler that throws does not prevent.
function dialogEnd(dialog, kind, data) {
  const { button } = plain(data);
  if (kind !== 'close' && button === undefined) {
    return;
  }
  let closes = kind !== 'close' && !(kind === 'submit' && !closeOnSubmit);
  const listeners = dialogListeners.get(kind);
  try {
    if (listeners) {
      const context = button && button.name ? dialog.getButton(button.name) : null;
      closes = listeners.reduce((agreed, listener) => listener.call(context, data) && agreed, closes);
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

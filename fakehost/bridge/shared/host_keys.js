// Keys that whoever hosts wants to hear of although the focus is in an extension: Escape, for dialogs.

const keyListeners = new Map();

function keyName(extensionID, keycode, modifiers) {
  const list = typeof modifiers === 'string' ? [modifiers] : [...(modifiers || [])];
  return JSON.stringify([extensionID, keycode, list.sort()]);
}

// listenForKey asks a frame for a key, when nobody has asked before. No modifiers are undefined, not an
// empty list: that is what the published host sends.
function listenForKey(registration, keycode, modifiers, callback) {
  const name = keyName(registration.extension_id, keycode, modifiers);
  if (!keyListeners.has(name)) {
    keyListeners.set(name, []);
    say(registration, registration.source, { type: 'key_listen', keycode, modifiers: typeof modifiers === 'string' ? [modifiers] : modifiers, action: 'add' });
  }
  keyListeners.get(name).push(callback);
}

// stopKey takes one callback, or all of them, off a key of a frame. The frame is told either way, and not
// asked again while others are left, as with the product (simple-xdm 2.3.3, unregisterKeyListener).
function stopKey(registration, keycode, modifiers, callback) {
  const name = keyName(registration.extension_id, keycode, modifiers);
  const listening = keyListeners.get(name);
  if (!listening) {
    return;
  }
  if (callback) {
    listening.splice(listening.indexOf(callback), 1);
  } else {
    keyListeners.delete(name);
  }
  say(registration, registration.source, { type: 'key_listen', keycode, modifiers, action: 'remove' });
}

function forgetKeys(extensionID) {
  for (const name of keyListeners.keys()) {
    if (JSON.parse(name)[0] === extensionID) {
      keyListeners.delete(name);
    }
  }
}

function handleKeyTriggered(event, registration) {
  const { keycode, modifiers } = event.data;
  const listening = keyListeners.get(keyName(registration.extension_id, keycode, Array.isArray(modifiers) ? modifiers : []));
  const { addon_key: addonKey, key } = registration.extension;
  for (const callback of [...(listening || [])]) {
    callback({ addon_key: addonKey, key, extension_id: registration.extension_id, keycode, modifiers });
  }
}

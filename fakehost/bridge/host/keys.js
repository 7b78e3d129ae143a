// Keys that the host wants to hear of although the focus is in an extension: Escape, for dialogs.

const keyListeners = new Map();

function keyName(extensionID, keycode, modifiers) {
  return JSON.stringify([extensionID, keycode, [...(modifiers || [])].sort()]);
}

// listenForKey asks a frame for a key. No modifiers are undefined, not an empty list: that is what the
// published host sends.
function listenForKey(registration, keycode, modifiers, callback) {
  keyListeners.set(keyName(registration.extension_id, keycode, modifiers), callback);
  say(registration, registration.source, { type: 'key_listen', keycode, modifiers, action: 'add' });
}

// stopListening takes a key off every frame that it was asked of.
function stopListening(keycode, modifiers) {
  for (const registration of registrations.values()) {
    if (keyListeners.delete(keyName(registration.extension_id, keycode, modifiers))) {
      say(registration, registration.source, { type: 'key_listen', keycode, modifiers, action: 'remove' });
    }
  }
}

function forgetKeys(extensionID) {
  for (const name of keyListeners.keys()) {
    if (JSON.parse(name)[0] === extensionID) {
      keyListeners.delete(name);
    }
  }
}

function handleKeyTriggered(event, registration) {
  const modifiers = Array.isArray(event.data.modifiers) ? event.data.modifiers : [];
  const callback = keyListeners.get(keyName(registration.extension_id, event.data.keycode, modifiers));
  if (callback) {
    callback();
  }
}

// AP.events, the part that the host does: handing an event on to the frames that may hear it.

defineModule('events', {
  // The sender's own frame is among the receivers, as with the product.
  emit: method(['name'], (call, ...given) => {
    const [name, ...args] = named(given);
    emit(name, { addon_key: call.extension.addon_key }, args);
  }),
  emitPublic: method(['name'], (call, ...given) => {
    const [name, ...args] = named(given);
    emit(name, {}, { sender: publicFace(call.extension), event: args });
  }),
  emitToDataProvider: method([], (call, ...args) => emit('dataProviderEvent', { addon_key: call.extension.addon_key }, args)),
});

// named refuses a call without any argument, as the published host does by breaking on it.
function named(given) {
  if (given.length === 0) {
    throw new Error('an event needs a name');
  }
  return given;
}

// publicFace is what frames of other apps may know of a sender: neither its token nor its signed URL.
function publicFace({ addon_key: addonKey, key, options }) {
  const { contextJwt, url, ...shown } = options;
  return { addonKey, key, options: wireClone(shown) };
}

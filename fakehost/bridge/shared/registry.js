// The registry: one registration for each live extension, in the product page and in a frame that hosts
// extensions of its own.
//
// A registration is {extension_id, extension, source, established, registeredEvents, proxies,
// initCallback, unloadCallback}. source is the window that said init; until then nothing but init is
// taken from it. The callbacks may be missing.

const registrations = new Map();

// addRegistration makes a registration of data, which has at least the extension.
function addRegistration(extensionID, data) {
  const registration = Object.assign(data, {
    extension_id: extensionID,
    source: undefined,
    established: false,
    registeredEvents: undefined,
    proxies: new Map(),
  });
  registrations.set(extensionID, registration);
  return registration;
}

// removeRegistration takes an extension off, and the events that wait for its module with it.
function removeRegistration({ extension_id: extensionID, extension }) {
  registrations.delete(extensionID);
  for (const [name, { target }] of queuedEvents) {
    if (target.addon_key === extension.addon_key && target.key === extension.key) {
      queuedEvents.delete(name);
    }
  }
}

function newExtensionID(addonKey, key) {
  if (!addonKey || !key) {
    throw new Error('an extension needs addon_key and key');
  }
  return `${addonKey}__${key}__${randomHex()}`;
}

// matching gives the registrations that spec, a function, takes, or whose extension has every member of
// spec, an object; an empty object matches all.
function matching(spec) {
  const all = [...registrations.values()];
  if (typeof spec === 'function') {
    return all.filter(spec);
  }
  const wanted = Object.entries(spec);
  return all.filter(({ extension }) => wanted.every(([key, value]) => extension[key] === value));
}

// say posts to an extension's window. The target origin is that of the registered URL, so a frame
// that was led to another origin hears nothing, as with the product.
function say(registration, window_, message) {
  if (window_ && typeof window_.postMessage === 'function') {
    window_.postMessage(message, registration.extension.url);
  }
}

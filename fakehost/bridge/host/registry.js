// The registry: one registration for each live extension.
//
// A registration is {extension_id, extension, source, established, registeredEvents, proxies}.
// source is the window that said init; until then nothing but init is taken from it.

const registrations = new Map();

// The ids of extensions whose iframe has left the page.
const endedExtensions = new Set();

function register(extension) {
  const registration = {
    extension_id: extension.id,
    extension,
    source: null,
    established: false,
    registeredEvents: undefined,
    proxies: new Map(),
  };
  registrations.set(extension.id, registration);
  return registration;
}

function newExtensionID(addonKey, key) {
  if (!addonKey || !key) {
    throw new Error('an extension needs addon_key and key');
  }
  return `${addonKey}__${key}__${randomHex()}`;
}

// matching gives the registrations whose extension has every member of spec; an empty spec matches all.
function matching(spec) {
  const wanted = Object.entries(spec);
  return [...registrations.values()].filter(({ extension }) => wanted.every(([key, value]) => extension[key] === value));
}

// say posts to an extension's window. The target origin is that of the registered URL, so a frame
// that was led to another origin hears nothing, as with the product.
function say(registration, window_, message) {
  if (!window_ || typeof window_.postMessage !== 'function') {
    return;
  }
  try {
    window_.postMessage(message, registration.extension.url);
  } catch (error) {
    console.warn(`[standin] ${message.type} was not posted to ${registration.extension_id}: ${error.message}`);
  }
}

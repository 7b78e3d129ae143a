// The part of AP that hosts: an app's frame may open extensions of its own, and answer some of their
// calls itself (simple-xdm 2.3.3, src/combined and src/host/connect.js). The rest of their calls goes to
// the top, which must know them, too: they wait until it has said that no method of its own is claimed.

// parentTargets tells an extension which methods this frame answers, by module.
let parentTargets = { _globals: {} };

const clickHandlers = [];

function initialised() {}

function refuse() {}

function frameClicked(registration) {
  for (const handler of [...clickHandlers]) {
    handler(publicRegistration(registration));
  }
}

function publicRegistration({ extension, extension_id: extensionID }) {
  return { addon_key: extension.addon_key, key: extension.key, extension_id: extensionID };
}

function registerHosted(extension, initCallback, unloadCallback) {
  const id = newExtensionID(extension.addon_key, extension.key);
  addRegistration(id, { extension, initCallback, unloadCallback });
  return id;
}

// createHosted gives what the iframe of an extension needs; making it is up to the app.
function createHosted(extension, initCallback, unloadCallback) {
  const id = registerHosted(extension, initCallback, unloadCallback);
  const hostedOptions = extension.options || {};
  // Only a product's page has feature flags to hand on.
  hostedOptions.platformFeatureFlags = {};
  const name = { extension_id: id, api: apiSpec(extension.addon_key), origin: location.origin, options: hostedOptions };
  return { id, name: JSON.stringify(name), src: extension.url };
}

function subCreate(extension, initCallback) {
  extension.options = extension.options || {};
  extension.options.targets = { ...parentTargets, ...extension.options.targets };
  return createHosted(extension, initCallback);
}

function defineHosted(name, module) {
  offer(name, module);
  parentTargets[name] = Object.fromEntries(Object.getOwnPropertyNames(module).map((member) => [member, 'parent']));
}

// defineHostedGlobal offers functions of AP itself. The published file puts the functions where the word
// parent belongs, and no function gets into a name: an extension's call of one goes to the top.
function defineHostedGlobal(module) {
  parentTargets._globals = { ...parentTargets._globals, ...module };
  offer('_globals', module);
}

function hostedExtensions(filter) {
  return filter ? matching(filter) : Object.fromEntries(registrations);
}

// listenForClicks takes a handler for clicks in the hosted frames.
function listenForClicks(handler) {
  if (typeof handler !== 'function') {
    throw new Error('callback must be a function');
  }
  clickHandlers.push(handler);
}

// offerHostModules hands on what the host of this frame has: an extension's call of it is a call of this
// frame. Classes are handed on by their prototypes, so that only the first value reaches a constructor.
function offerHostModules(AP, api) {
  for (const [name, members] of Object.entries(api)) {
    const module = {};
    for (const member of Object.keys(members)) {
      const own = AP._hostModules[name][member];
      const constructs = isClass(members[member]);
      module[member] = constructs ? own.prototype : own;
      if (!constructs) {
        own.returnsPromise = members[member].returnsPromise || false;
      }
    }
    offer(name, module);
  }
}

function attachHosting(AP) {
  const withKey = (run) => (extensionID, keycode, modifiers, callback) => run(registrations.get(extensionID), keycode, modifiers, callback);
  Object.assign(AP, {
    dispatch(type, target, event, callback) {
      emit(type, target, event, callback);
      return hostedExtensions(target);
    },
    broadcast(type, target, event) {
      dispatch(type, target, event);
      return hostedExtensions(target);
    },
    create: createHosted,
    subCreate,
    defineModule: defineHosted,
    defineGlobal: defineHostedGlobal,
    defineGlobals: (module) => offer('_globals', module),
    isModuleDefined: (name) => offered.has(name),
    getExtensions: hostedExtensions,
    registerExtension: registerHosted,
    registerExistingExtension: (extensionID, data) => {
      addRegistration(extensionID, data);
    },
    unregisterExtension: (filter) => matching(filter).forEach(removeRegistration),
    registerKeyListener: withKey(listenForKey),
    unregisterKeyListener: withKey(stopKey),
    registerClickHandler: listenForClicks,
    unregisterClickHandler: () => {
      clickHandlers.length = 0;
    },
    registerRequestNotifier: (callback) => {
      requestNotifier = callback;
    },
    returnsPromise: (method) => {
      method.returnsPromise = true;
    },
    setFeatureFlagGetter: () => {},
    parentTargets,
  });
}

// resizeHosted is AP.env.resize of the extensions in this frame; it sizes their iframes here.
function resizeHosted(width, height, callback) {
  const { style } = document.getElementById(callback._context.extension_id);
  style.width = typeof width === 'number' ? `${width}px` : width;
  style.height = typeof height === 'number' ? `${height}px` : height;
}

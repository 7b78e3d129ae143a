// Calls that an app's frame takes from the extensions that it hosts, and what it tells them that there is
// to call (simple-xdm 2.3.3, src/host/xdmrpc.js). A module is an object of functions and of classes, as
// its author wrote it; a function gets the values of the call and last of all its callback.

// offered is what extensions may call, by module: what the host of this frame has, and what its app
// defines. A module that is defined again is added to.
const offered = new Map([['_globals', {}]]);

let requestNotifier;

function offer(name, module) {
  offered.set(name, { ...offered.get(name), ...module });
}

function isClass(member) {
  return member !== null && typeof member === 'object' && Object.prototype.hasOwnProperty.call(member, 'constructor');
}

// apiSpec is what an extension of an app is told of them. A module that names another app in addonKey is
// kept from it.
function apiSpec(addonKey) {
  const spec = {};
  for (const [name, module] of offered) {
    if (module.addonKey === undefined || module.addonKey === addonKey) {
      spec[name] = memberSpecs(module);
    }
  }
  return spec;
}

function memberSpecs(module) {
  const specs = {};
  for (const name of Object.getOwnPropertyNames(module)) {
    const member = module[name];
    if (typeof member === 'function') {
      specs[name] = { args: parameterNames(member), returnsPromise: member.returnsPromise || false };
    } else if (isClass(member)) {
      specs[name] = memberSpecs(member);
    }
  }
  return specs;
}

// parameterNames reads what a function calls its parameters; nobody needs them but readers of the name.
function parameterNames(run) {
  const [, list = ''] = /\(([^)]*)\)/.exec(run.toString().replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')) || [];
  return list.split(',').map((name) => name.trim()).filter(Boolean);
}

// handleRequest runs what an extension calls. What is not there is not answered; what throws is not
// caught, so that the app's own window hears of it.
function handleRequest(event, registration) {
  const { mod, fn, args, _cls: cls, _id: id, mid } = event.data;
  const module = offered.get(mod);
  if (!module) {
    return;
  }
  const respond = (...values) => say(registration, event.source, { mid, type: 'resp', forPlugin: true, args: wireClone(values) });
  // Of two extensions made of the same object, the first one is said to call.
  [respond._context] = matching(registration.extension);
  if (cls) {
    respond._id = id;
  }
  const [owner, method, length] = calledMethod(respond._context, module, { mod, fn, cls, id });
  if (!method) {
    return;
  }
  const given = padded(args, length - 1);
  given.push(respond);
  settle(method, method.apply(owner, given), respond);
  if (requestNotifier) {
    const { addon_key: addonKey, key } = registration.extension;
    requestNotifier({ module: mod, fn, type: 'req', args: given, addon_key: addonKey, key, extension_id: registration.extension_id });
  }
}

// calledMethod gives whose method it is, the method, and how many values it takes with its callback.
function calledMethod(registration, module, { mod, fn, cls, id }) {
  const prefix = `${mod}-${cls}-`;
  if (cls && fn === 'constructor') {
    const construct = maker(module[cls], prefix);
    return [module[cls], construct, module[cls].constructor.length];
  }
  const owner = cls ? registration.proxies.get(prefix + id) : module;
  const method = owner[fn];
  return [owner, method, method ? method.length : 0];
}

// maker gives the function that makes an instance for an extension. The instance is known by the id that
// the extension gave it.
function maker(definition, prefix) {
  if (!definition._construct) {
    definition.constructor.prototype._destroy = function destroyInstance() {
      this._context.proxies.delete(prefix + this._id);
    };
    definition._construct = (...args) => {
      const instance = new definition.constructor(...args);
      const respond = args[args.length - 1];
      instance._id = respond._id;
      instance._context = respond._context;
      instance._context.proxies.set(prefix + instance._id, instance);
      return instance;
    };
  }
  return definition._construct;
}

function padded(args, length) {
  return args.length >= length ? [...args] : args.concat(new Array(length - args.length));
}

// settle answers for a method that promises. What a module of the host gives when it is called with a
// callback is no promise, so an extension's call of such a one is refused before it is answered.
function settle(method, result, respond) {
  if (!method.returnsPromise) {
    return;
  }
  if (!result || !['object', 'function'].includes(typeof result) || typeof result.then !== 'function') {
    respond('Defined module method did not return a promise.');
    return;
  }
  result.then((value) => respond(undefined, value)).catch((error) => respond(error instanceof Error ? error.message : error));
}

// The table of what AP offers. A member is a method or a class; either names its parameters, because
// they go into the specification that the app's side reads from window.name.

const apiModules = new Map([['_globals', new Map()]]);

// method describes a function that an app may call. handler gets the call and its arguments.
function method(parameters, handler) {
  return { parameters: [...parameters, 'callback'], handler, returnsPromise: false };
}

// promised describes a function whose handler returns a promise, and says so to the app's side.
function promised(parameters, handler) {
  return { parameters: [...parameters, 'callback'], handler, returnsPromise: true };
}

// notEmulated describes a function that exists on a real host and does nothing here but be noted.
function notEmulated(...parameters) {
  return { parameters: [...parameters, 'callback'], handler: null, returnsPromise: false };
}

// proxied describes a class: construct makes the instance that its methods find as call.instance.
function proxied(construct, methods = {}) {
  return { construct, methods: new Map(Object.entries(methods)) };
}

function defineModule(name, members) {
  apiModules.set(name, new Map(Object.entries(members)));
}

function defineGlobals(members) {
  for (const [name, member] of Object.entries(members)) {
    apiModules.get('_globals').set(name, member);
  }
}

// apiSpec is what an extension is told of the table.
function apiSpec() {
  const spec = {};
  for (const [name, members] of apiModules) {
    spec[name] = {};
    for (const [member, definition] of members) {
      spec[name][member] = definition.construct ? classSpec(definition) : methodSpec(definition);
    }
  }
  return spec;
}

function methodSpec({ parameters, returnsPromise }) {
  return { args: parameters, returnsPromise };
}

function classSpec({ construct, methods }) {
  // The presence of an own member named constructor is what tells the app's side that this is a class.
  const spec = { constructor: methodSpec(construct) };
  for (const [name, definition] of methods) {
    spec[name] = methodSpec(definition);
  }
  return spec;
}

// From the host's specification to functions: one for each method, one class for each class.

function makeModule(name, spec) {
  const module = {};
  for (const member of Object.keys(spec)) {
    module[member] = isClass(spec[member]) ? makeClass(name, member, spec[member]) : makeMethod(name, member, spec[member]);
  }
  return module;
}

// makeMethod gives the function that an app calls. A last argument that is a function is the callback;
// without one, a method that promises gives a promise, and any other gives undefined.
function makeMethod(mod, fn, { returnsPromise }) {
  // The name that an extension in this frame is given tells no parameters, as in the published file.
  return function call() {
    const args = [...arguments];
    const message = { eid: given.extension_id, type: 'req', mod, fn };
    const mid = randomHex();
    let promise;
    if (typeof args[args.length - 1] === 'function') {
      const callback = args.pop();
      message.mid = mid;
      // The first value of a promised answer is the error; a callback sees what follows, and on a
      // failure it is called with nothing at all.
      callbacks.set(mid, returnsPromise ? (error, ...values) => callback(...values) : callback);
    } else if (returnsPromise) {
      message.mid = mid;
      promise = new Promise((resolve, reject) => {
        callbacks.set(mid, (error, value) => (error || (value === undefined && error === undefined) ? reject(error) : resolve(value)));
      });
      promise.catch((error) => warn(`AP.${mod}.${fn} failed: ${error}`));
    }
    if (this && this._cls) {
      message._cls = this._cls;
      message._id = this._id;
    }
    message.args = wireClone(args);
    sendCall(message);
    return promise;
  };
}

// makeClass gives what is called without new, as AP.flag.create is. With new, the published file takes
// the first argument for the list of all (simple-xdm 2.3.3, src/plugin/ap.js), so an object arrives as
// nothing at all.
function makeClass(mod, name, spec) {
  const construct = makeMethod(mod, 'constructor', spec.constructor);
  function Instance(args) {
    if (!(this instanceof Instance)) {
      return new Instance(arguments);
    }
    this._cls = name;
    this._id = randomHex();
    construct.apply(this, args);
    return this;
  }
  for (const member of Object.keys(spec)) {
    if (member !== 'constructor') {
      Instance.prototype[member] = makeMethod(mod, member, spec[member]);
    }
  }
  return Instance;
}

// What all.js has of its own by the time it takes the host's modules.
const ownNames = ['broadcast', 'require', 'register', 'registerAny'];

// attachAPI puts the host's modules on AP, and offers them to the extensions that this frame may host.
// What AP has already stays; a module of the name of what takes messages, or of a global, is a mistake of
// the host.
function attachAPI(AP, api) {
  const globals = plain(api._globals);
  for (const name of Object.keys(api)) {
    if (name !== '_globals' && (ownNames.includes(name) || Object.prototype.hasOwnProperty.call(globals, name))) {
      throw new Error(`XDM module: ${name} will collide with existing variable`);
    }
    AP._hostModules[name] = makeModule(name, api[name]);
  }
  const { _globals: own, ...modules } = AP._hostModules;
  for (const [name, member] of Object.entries({ ...own, ...modules })) {
    if (AP[name] === undefined) {
      AP[name] = member;
    }
  }
  offerHostModules(AP, api);
}

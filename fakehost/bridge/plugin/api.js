// From the host's specification to functions: one for each method, one class for each class.

function makeModule(name, spec) {
  const module = {};
  for (const member of Object.keys(spec)) {
    const isClass = Object.prototype.hasOwnProperty.call(plain(spec[member]), 'constructor');
    module[member] = isClass ? makeClass(name, member, spec[member]) : makeMethod(name, member, spec[member]);
  }
  return module;
}

// makeMethod gives the function that an app calls. A last argument that is a function is the callback;
// without one, a method that promises gives a promise, and any other gives undefined.
function makeMethod(mod, fn, { returnsPromise }) {
  return function call(...args) {
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

// attachAPI puts the host's modules on AP. A global gives way to a built-in function of its name; a
// module of that name is a mistake of the host.
function attachAPI(AP, api) {
  for (const name of Object.keys(api)) {
    if (name !== '_globals' && AP[name] !== undefined) {
      throw new Error(`XDM module: ${name} will collide with existing variable`);
    }
    AP._hostModules[name] = makeModule(name, api[name]);
  }
  for (const [name, module] of Object.entries(AP._hostModules)) {
    AP[name] = module;
  }
  for (const [name, member] of Object.entries(AP._hostModules._globals || {})) {
    if (AP[name] === undefined) {
      AP[name] = member;
    }
  }
}

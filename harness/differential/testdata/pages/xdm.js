// A host page of simple-xdm alone, with a module that no product has.
(() => {
  'use strict';
  const config = JSON.parse(document.getElementById('standin-page').textContent);
  const last = (list) => list[list.length - 1];
  const promised = (method) => Object.assign(method, { returnsPromise: true });
  const kept = [];

  class Counter {
    constructor(start, callback) {
      this.count = typeof start === 'number' ? start : -1;
      last(arguments)(`made with ${arguments.length} arguments`);
    }
    add(by, callback) {
      this.count += by;
      last(arguments)(this.count);
    }
    later(callback) {
      return Promise.resolve(this.count);
    }
    fail(callback) {
      throw new Error('a method of a class throws');
    }
  }

  host.defineModule('odd', {
    echo(value, callback) {
      last(arguments)(value, arguments.length);
    },
    twice(callback) {
      last(arguments)('first');
      last(arguments)('second');
    },
    silent(callback) {},
    keep(callback) {
      kept.push(last(arguments));
    },
    release(callback) {
      kept.splice(0).forEach((answer) => answer('released'));
    },
    thrower(callback) {
      throw new Error('thrown by the host');
    },
    answers(callback) {
      const circle = { name: 'circle' };
      circle.self = circle;
      last(arguments)(circle, () => 1, new Error('e'), new Date(7), null, [null, () => 1], { gone: null }, undefined);
    },
    resolves: promised((value, callback) => Promise.resolve(value)),
    resolvesNothing: promised((callback) => Promise.resolve()),
    rejectsError: promised((callback) => Promise.reject(new Error('rejected by the host'))),
    rejectsText: promised((callback) => Promise.reject('rejected with a text')),
    rejectsObject: promised((callback) => Promise.reject({ code: 7 })),
    rejectsNothing: promised((callback) => Promise.reject()),
    resolvesFalsehood: promised((callback) => Promise.resolve(false)),
    resolvesNull: promised((callback) => Promise.resolve(null)),
    promiseThrower: promised((callback) => { throw new Error('thrown by a promise method'); }),
    breaksItsPromise: promised((callback) => 'not a promise'),
    thenable: promised((callback) => ({ then(resolve) { resolve('of a thenable'); return { catch() {} }; } })),
    ask(name, callback) {
      host.dispatch(name, { id: last(arguments)._context.extension.id }, { asked: name }, (...answers) => {
        last(arguments)(...answers);
      });
    },
    Counter: { constructor: Counter, add: Counter.prototype.add, later: promised(Counter.prototype.later), fail: Counter.prototype.fail },
  });
  // Without these all.js breaks in a frame within an app's frame, for it takes them for granted there.
  host.defineModule('env', { getLocation(callback) {}, resize(width, height, callback) {}, sizeToParent(hideFooter, callback) {}, hideFooter(hide, callback) {} });
  host.defineGlobals({
    whoAmI(callback) {
      const { extension } = last(arguments)._context;
      last(arguments)(extension.addon_key, extension.key);
    },
    resize(width, height, callback) {
      last(arguments)('the host resizes');
    },
  });
  host.defineModule('only-for-other', { secret(callback) {} });
  Object.assign(host._xdm._registeredAPIModules['only-for-other'], { addonKey: 'other' });

  for (const extension of config.extensions) {
    const { id, name, src } = host.create(extension, () => {}, () => {});
    extension.id = id;
    const iframe = Object.assign(document.createElement('iframe'), { id, name, src, className: 'ap-iframe' });
    document.body.append(iframe);
  }

  window.xdmHost = host;
})();

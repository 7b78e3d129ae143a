// AP.define, AP.require and the small tools of older apps.

const amdModules = new Map();

// amdModule gives a module by name: one that was defined, the host's, or an empty one that a later
// define fills.
function amdModule(AP, name) {
  if (!amdModules.has(name)) {
    const fromHost = (AP._hostModules._globals || {})[name] || AP._hostModules[name];
    amdModules.set(name, { exports: fromHost || placeholder() });
  }
  return amdModules.get(name);
}

function placeholder() {
  const exports_ = (...args) => (exports_.__target__ ? exports_.__target__(...args) : undefined);
  return exports_;
}

function amdRequire(AP, names, callback) {
  const list = typeof names === 'string' ? [names] : names || [];
  const exported = list.map((name) => amdModule(AP, name).exports);
  if (callback) {
    callback.apply(window, exported);
  }
}

function amdDefine(AP, name, dependencies, factory) {
  const made = factory === undefined ? dependencies : factory;
  const needed = factory === undefined ? [] : dependencies;
  amdRequire(AP, needed, (...args) => {
    const result = typeof made === 'function' ? made.apply(window, args) : made;
    const target = amdModule(AP, name).exports;
    if (typeof result === 'function') {
      target.__target__ = result;
    }
    Object.assign(target, result);
  });
}

function metaContent(name) {
  const found = document.querySelector(`meta[name='ap-${name}']`);
  return found ? found.getAttribute('content') : undefined;
}

function localUrl(path) {
  const base = metaContent('local-base-url');
  return base === undefined || path === undefined ? base : `${base}${path}`;
}

const tools = {
  each(list, run) {
    for (const [key, value] of Array.isArray(list) ? list.entries() : Object.entries(list || {})) {
      if (run.call(value, key, value) === false) {
        return;
      }
    }
  },
  log: (...args) => console.log(...args),
  decodeQueryComponent: (text) => (text === null || text === undefined ? null : decodeURIComponent(text.replace(/\+/g, '%20'))),
  bind: (target, name, listener) => target.addEventListener(name, listener),
  unbind: (target, name, listener) => target.removeEventListener(name, listener),
  extend: Object.assign,
  trim: (text) => text && text.trim(),
  isFunction: (value) => typeof value === 'function',
  handleError: (error) => console.error(error),
  debounce(run, wait) {
    let timer;
    return (...args) => {
      clearTimeout(timer);
      timer = setTimeout(() => run(...args), wait || 50);
    };
  },
};

// dollar is the little element list that older apps took from AP._hostModules._dollar.
function dollar(selector, within) {
  const found = typeof selector === 'string' ? Array.from((within || document).querySelectorAll(selector)) : [selector].filter(Boolean);
  const every = (run) => {
    tools.each(found, run);
    return found;
  };
  return Object.assign(found, {
    each: every,
    bind: (name, listener) => every((i, item) => item.addEventListener(name, listener)),
    attr(name) {
      let value;
      every((i, item) => {
        value = item[name] || (item.getAttribute && item.getAttribute(name));
        return !value;
      });
      return value;
    },
    removeClass: (name) => every((i, item) => item.classList.remove(name)),
    html: (text) => every((i, item) => {
      item.innerHTML = text;
    }),
    append: (spec) => every((i, item) => {
      const { tag, $text, ...attributes } = spec;
      item.append(Object.assign(document.createElement(tag), attributes, $text === undefined ? {} : { textContent: $text }));
    }),
  });
}

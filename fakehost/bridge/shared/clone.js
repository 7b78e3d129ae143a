// Values that cross the bridge are copied first, the way the published bridge does it: functions
// and null members are left out, errors and DOM nodes become {}, a circular reference is cut.
// What an app sees of a value therefore does not depend on which end is ours (simple-xdm 2.3.3,
// src/common/util.js).

const wholeTypes = globalsNamed('Boolean', 'String', 'Date', 'RegExp', 'Blob', 'File', 'FileList', 'ArrayBuffer');
const emptiedTypes = globalsNamed('Error', 'Node');

function globalsNamed(...names) {
  return names.map((name) => globalThis[name]).filter((type) => typeof type === 'function');
}

function isOneOf(value, types) {
  return types.some((type) => value instanceof type);
}

// wireClone copies value; null stands for "nothing is left of it".
function wireClone(value, ancestors = []) {
  if (typeof value === 'function') {
    console.warn('[standin] a function cannot cross the bridge; it was left out');
    return null;
  }
  if (value === null || typeof value !== 'object' || isOneOf(value, wholeTypes)) {
    return value;
  }
  if (isOneOf(value, emptiedTypes)) {
    console.warn('[standin] an Error or a DOM node cannot cross the bridge; {} went instead');
    return {};
  }
  if (ancestors.includes(value)) {
    console.warn('[standin] a circular reference cannot cross the bridge; it was left out');
    return null;
  }
  const path = [...ancestors, value];
  return Array.isArray(value) ? value.map((item) => wireClone(item, path)) : cloneMembers(value, path);
}

function cloneMembers(object, path) {
  const copy = {};
  for (const key of Object.keys(object)) {
    // An assignment to __proto__ would change the copy instead of filling it.
    if (key === '__proto__') {
      continue;
    }
    const member = wireClone(object[key], path);
    if (member !== null) {
      copy[key] = member;
    }
  }
  return copy;
}

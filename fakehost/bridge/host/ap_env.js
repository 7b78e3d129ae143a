// AP.env, and the same functions as globals: the documentation and the types name AP.getLocation,
// AP.sizeToParent and AP.hideFooter, and the product adds them.

// The product gathers the resizes of one frame for this long.
const resizeDelayMs = 50;

const resizeTimers = new Map();
const sizedToParent = new Set();
let sizeToParentTimer;

function forgetSizing(extensionID) {
  clearTimeout(resizeTimers.get(extensionID));
  resizeTimers.delete(extensionID);
  sizedToParent.delete(extensionID);
}

function resize(call, width, height) {
  const id = call.registration.extension_id;
  if (sizedToParent.has(id) || call.extension.options.isDialog) {
    return;
  }
  clearTimeout(resizeTimers.get(id));
  resizeTimers.set(id, setTimeout(() => setSize(call.registration, width, height), resizeDelayMs));
}

function setSize({ iframe }, width, height) {
  if (iframe) {
    iframe.style.width = dimension(width) || iframe.style.width;
    iframe.style.height = dimension(height) || iframe.style.height;
  }
}

// sizeToParent waits like a resize, but with one timer for the whole page: of two frames that call within
// that time, only the last one is sized. It never hides the footer, whatever it is told
// (atlassian-connect-js 5.3.190, src/host/modules/env.js).
function sizeToParent(call) {
  clearTimeout(sizeToParentTimer);
  sizeToParentTimer = setTimeout(() => takeParentSize(call), resizeDelayMs);
}

function takeParentSize(call) {
  const { iframe, extension_id: id } = call.registration;
  if (!iframe || registrations.get(id) !== call.registration) {
    return;
  }
  if (!call.extension.options.isFullPage) {
    iframe.classList.add('full-size-general-page-fail');
    return;
  }
  iframe.classList.add('full-size-general-page', 'sized-to-parent');
  sizedToParent.add(id);
  fitToParent(call.registration);
}

function fitToParent(registration) {
  const { iframe, extension } = registration;
  const space = window.innerHeight - iframe.getBoundingClientRect().top - window.scrollY - 1;
  setSize(registration, '100%', extension.options.moduleType === 'jiraProjectPages' ? '100%' : space);
}

window.addEventListener('resize', () => {
  for (const id of sizedToParent) {
    fitToParent(registrations.get(id));
  }
});

function hideFooter(call, hidden) {
  const footer = document.getElementById('footer');
  if (hidden && footer) {
    footer.style.display = 'none';
  }
}

const env = {
  getLocation: method([], (call) => call.respond(location.href)),
  resize: method(['width', 'height'], resize),
  sizeToParent: method(['hideFooter'], sizeToParent),
  hideFooter: method(['hideFooter'], hideFooter),
};

defineModule('env', env);
defineGlobals(env);

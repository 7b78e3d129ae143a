// The start: AP is made, init is posted, and the page gets what its script tag asks for, all while
// this script runs. Calls may be made at once; messages keep their order, so init arrives first.

function makeAP() {
  const AP = {
    // The published version whose behaviour this is; some apps print it.
    _version: '5.3.190',
    _data: { ...given, options },
    _hostModules: {},
    register,
    registerAny: (handler) => register({ [anyName]: handler }),
    container,
    size,
    Meta: { get: metaContent },
    meta: metaContent,
    localUrl,
    _util: tools,
  };
  attachHosting(AP);
  AP.resize = makeResize(AP);
  AP.define = deprecated(AP, 'AP.define()', '', (...args) => amdDefine(AP, ...args));
  AP.require = deprecated(AP, 'AP.require()', '', (names, callback) => amdRequire(AP, names, callback));
  return AP;
}

// register adds handlers for events of the host and asks for those that wait.
function register(handlers) {
  if (handlers === null || typeof handlers !== 'object') {
    return;
  }
  eventHandlers = { ...eventHandlers, ...handlers };
  sendToParent({ type: 'event_query', args: Object.keys(handlers) });
}

function applyScriptOptions(AP) {
  if (AP.env) {
    if (scriptOption('sizeToParent') === true) {
      AP.env.sizeToParent(scriptOption('hideFooter') === true);
    } else {
      AP.env.hideFooter(scriptOption('hideFooter') === true);
    }
    if (scriptOption('base') === true) {
      AP.env.getLocation((href) => {
        document.head.append(Object.assign(document.createElement('base'), { href, target: '_parent' }));
      });
    }
  }
  if (scriptOption('margin') !== false) {
    setMargin();
    window.addEventListener('DOMContentLoaded', setMargin);
  }
}

function setMargin() {
  if (document.body) {
    document.body.style.setProperty('margin', options.isDialog ? '10px 10px 0 10px' : '0', 'important');
  }
}

function start() {
  const AP = makeAP();
  window.addEventListener('message', receiveAsHost);
  window.addEventListener('message', receive);
  if (given.api) {
    attachAPI(AP, given.api);
  }
  if (topHost !== window.top) {
    checkOffset();
  }
  if (given.origin) {
    sendInit();
  }
  AP._hostModules._dollar = dollar;
  AP._hostModules._util = tools;
  AP._hostModules['inline-dialog'] = AP._hostModules.inlineDialog;
  attachEvents(AP);
  attachDialog(AP);
  attachRequest(AP);
  attachHistory(AP);
  attachProduct(AP);
  watchInput();
  if (document.readyState === 'complete') {
    startAutoResize(AP.resize);
  } else {
    window.addEventListener('load', () => startAutoResize(AP.resize));
  }
  applyScriptOptions(AP);
  AP.defineModule('env', { resize: resizeHosted });
  if (given.origin) {
    AP.registerAny(deliver);
  }
  listenForThemes(AP);
  window.AP = AP;
}

start();

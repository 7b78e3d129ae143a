// Frames: from an extension in the page's config to an iframe in the DOM, and its end.

// An app that has not said init by then is called unresponsive (atlassian-connect-js 5.3.190,
// src/host/components/loading_indicator.js).
const loadingLimitMs = 12000;

// mount makes the iframe of an extension inside container. A URL whose token is too old to be opened
// is renewed first.
async function mount(extension, container) {
  prepare(extension);
  container.classList.add('ap-iframe-container');
  container.id = `embedded-${extension.id}`;
  const indicator = addIndicator(container);
  if (!urlUsable(extension.url)) {
    try {
      const fresh = await resolveContent(extension);
      extension.url = fresh.url;
      extension.macro = fresh.macro || extension.macro;
      takeOver(extension.options, fresh.options);
    } catch (error) {
      showResolverError(container, error.message);
      return null;
    }
  }
  const registration = addRegistration(extension.id, { extension, unloadCallback: forgetContext });
  registration.initCallback = () => bridgeEstablished(registration);
  const iframe = makeIframe(extension);
  registration.iframe = iframe;
  container.prepend(iframe);
  showMacroControls(extension, container);
  watchLoading(registration, indicator);
  return registration;
}

// adopt registers an extension whose iframe is not in this page: one that an app opened within its own
// frame. It has no box and no indicator here; data.initCallback hears of its first init.
function adopt(extensionID, { extension, initCallback }) {
  const options = { hostOrigin: location.origin, contextPath: page.contextPath, ...plain(extension.options) };
  addRegistration(extensionID, {
    extension: { ...extension, id: extensionID, extension_id: extensionID, options },
    initCallback,
    unloadCallback: forgetContext,
  });
}

// takeOver adds what the content resolver gave. Where the page's history stands, only this page knows.
function takeOver(options, fresh) {
  const { history: shown } = options;
  Object.assign(options, fresh, { history: shown });
}

function prepare(extension) {
  extension.id = extension.extension_id || newExtensionID(extension.addon_key, extension.key);
  extension.extension_id = extension.id;
  extension.options = { hostOrigin: location.origin, contextPath: page.contextPath, ...plain(extension.options) };
  // Published all.js breaks without this one, after it has said init.
  extension.options.globalOptions = plain(extension.options.globalOptions);
  // The one flag that simple-xdm 2.3.3 lets through.
  extension.options.platformFeatureFlags = { 'platform-visual-refresh-icons': false };
  // The server never sees what follows #!; only this page can tell the app where its history stands.
  extension.options.history = { ...plain(extension.options.history), state: anchorOf(location.href) };
  // An app looks for its host at the top. A page that is framed itself must say where it is.
  if (!isOutermost() && extension.options.hostFrameOffset === undefined) {
    extension.options.hostFrameOffset = 1;
  }
}

function makeIframe(extension) {
  const iframe = document.createElement('iframe');
  const { width, height, sandbox, hideIframeUntilLoad, isDialog } = extension.options;
  setAttributes(iframe, {
    id: extension.id,
    name: JSON.stringify({ extension_id: extension.id, api: apiSpec(), origin: location.origin, options: extension.options }),
    src: extension.url,
    referrerpolicy: 'no-referrer',
    class: 'ap-iframe',
    width: width ? dimension(width) : undefined,
    height: height ? dimension(height) : undefined,
    title: extension.title,
    sandbox: typeof sandbox === 'string' ? supportedTokens(iframe, sandbox) : undefined,
  });
  iframe.style.border = '0';
  if (!width || isDialog) {
    iframe.style.width = '100%';
  }
  if (isDialog) {
    iframe.style.height = '100%';
  }
  if (hideIframeUntilLoad) {
    iframe.style.visibility = 'hidden';
    iframe.addEventListener('load', () => {
      iframe.style.visibility = '';
    });
  }
  return iframe;
}

function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      element.setAttribute(name, value);
    }
  }
}

function supportedTokens(iframe, sandbox) {
  return sandbox.split(' ').filter((token) => token && iframe.sandbox.supports(token)).join(' ');
}

// dimension turns 400, "400", "400px" and "50%" into CSS lengths; undefined for anything else.
function dimension(value) {
  const number = parseInt(value, 10);
  if (Number.isNaN(number)) {
    return undefined;
  }
  return typeof value === 'string' && value.endsWith('%') ? `${number}%` : `${number}px`;
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) {
    made.className = className;
  }
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

function addIndicator(container) {
  for (const old of container.querySelectorAll('.ap-status-indicator')) {
    old.remove();
  }
  const indicator = element('div', 'ap-status-indicator');
  indicator.append(element('div', 'ap-loading', 'Loading app...'));
  container.append(indicator);
  return indicator;
}

function watchLoading(registration, indicator) {
  registration.indicator = indicator;
  registration.loadingTimer = setTimeout(() => {
    const cancel = element('a', 'ap-btn-cancel', 'cancel');
    cancel.href = '#';
    cancel.addEventListener('click', (event) => {
      event.preventDefault();
      indicator.replaceChildren('App failed to load.');
    });
    const notice = element('div', 'ap-load-timeout', 'The app does not respond. Wait, or ');
    notice.append(cancel, '?');
    indicator.replaceChildren(notice);
  }, loadingLimitMs);
}

function showResolverError(container, reason) {
  const box = element('div', 'connect-resolve-error');
  box.append(element('p', 'error', 'The content resolver failed:'), element('p', '', reason));
  container.prepend(box);
}

// bridgeEstablished runs once an extension.
function bridgeEstablished(registration) {
  clearTimeout(registration.loadingTimer);
  if (registration.indicator) {
    registration.indicator.style.display = 'none';
    registration.indicator.parentElement.classList.add('iframe-init');
  }
  seedContext(registration);
  dialogEstablished(registration);
  watchScrolling(registration);
}

function destroy(registration) {
  clearTimeout(registration.loadingTimer);
  removeRegistration(registration);
  endedExtensions.add(registration.extension_id);
  for (const [mid, waiting] of acknowledgements) {
    if (waiting.registration === registration) {
      acknowledgements.delete(mid);
    }
  }
  forgetContext(registration.extension_id);
  forgetKeys(registration.extension_id);
  forgetSizing(registration.extension_id);
  forgetDropdowns(registration.extension);
}

// An extension ends when its iframe leaves the document; the unload message cannot be relied on.
function watchRemovals() {
  new MutationObserver(() => {
    for (const registration of registrations.values()) {
      if (registration.iframe && !registration.iframe.isConnected) {
        destroy(registration);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

// AP.theming: what theme the product's page has. It stands in two attributes of the page's root, as the
// products have it (@atlaskit/tokens 4.2.0, get-global-theme.js); a page without them has no theme.

// Those that asked hear of a change. What surface a frame lies on is told by a product's style sheets,
// which this page has none of: it is nothing.
const themedExtensions = new Set();
let knownTheme = '';

function currentTheme() {
  const root = document.documentElement;
  const theme = {};
  for (const part of (root.getAttribute('data-theme') || '').split(' ').filter((one) => one.includes(':'))) {
    const at = part.indexOf(':');
    theme[part.slice(0, at)] = part.slice(at + 1);
  }
  const colorMode = root.getAttribute('data-color-mode');
  return { ...theme, ...(['light', 'dark', 'auto'].includes(colorMode) ? { colorMode } : {}) };
}

function initializeTheming(call, forceNoCleanup) {
  const id = call.extension.id;
  dispatch('theme_initialized', { id }, { initialTheme: currentTheme(), featureFlags: {}, surface: undefined, forceNoCleanup: forceNoCleanup === true });
  if (themedExtensions.size === 0) {
    knownTheme = JSON.stringify(currentTheme());
    new MutationObserver(tellOfTheme).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'data-color-mode'] });
  }
  themedExtensions.add(id);
}

function tellOfTheme() {
  const newTheme = currentTheme();
  if (JSON.stringify(newTheme) === knownTheme) {
    return;
  }
  knownTheme = JSON.stringify(newTheme);
  for (const id of themedExtensions) {
    dispatch('theme_changed', { id }, { newTheme, featureFlags: {}, surface: undefined });
  }
}

// setTheme dresses the page: 'light', 'dark', or '' for no theme at all.
function setTheme(name) {
  const root = document.documentElement;
  if (!['light', 'dark'].includes(name)) {
    root.removeAttribute('data-theme');
    root.removeAttribute('data-color-mode');
  } else {
    root.setAttribute('data-theme', 'dark:dark light:light spacing:spacing');
    root.setAttribute('data-color-mode', name);
  }
  page.theme = name;
}

// startTheme gives the page a button that changes from light to dark and back; the server keeps it for
// the pages to come.
function startTheme() {
  const bar = document.querySelector('header.site .top');
  if (!bar) {
    return;
  }
  const button = element('button', 'standin-theme');
  const other = () => (page.theme === 'dark' ? 'light' : 'dark');
  const name = () => {
    button.textContent = other() === 'dark' ? 'Dark theme' : 'Light theme';
  };
  button.setAttribute('type', 'button');
  button.addEventListener('click', () => {
    setTheme(other());
    name();
    keepForRun('/_standin/theme', { theme: page.theme }).catch((error) => console.error(`[standin] ${error.message}`));
  });
  name();
  bar.append(button);
}

defineModule('theming', {
  initializeTheming: method(['forceNoCleanup'], initializeTheming),
  _finishedInitTheming: method([], nothing),
});

// Themes: an app that asked for theming has the product's theme in two attributes of its root, as the
// published file writes them (@atlaskit/tokens 4.2.0, get-theme-html-attrs.js). The published file loads
// the theme's style sheet from the CDN as well; this one loads nothing.

const themeDefaults = { dark: 'dark', light: 'light', shape: undefined, spacing: 'spacing', typography: undefined };

let themingOn = false;
let keepsTheme = false;

function listenForThemes(AP) {
  if (AP.theming) {
    const initialized = (data) => {
      themingOn = true;
      keepsTheme = plain(data).forceNoCleanup === true;
      applyTheme(data);
      AP.theming._finishedInitTheming();
    };
    register({ theme_initialized: initialized, theme_changed: (data) => themingOn && applyTheme(data) });
  }
}

function applyTheme(data) {
  const { initialTheme, newTheme, surface } = plain(data);
  const theme = plain(initialTheme || newTheme);
  const root = document.documentElement;
  root.removeAttribute('data-surface');
  if (Object.keys(theme).length > 0) {
    dress(root, theme);
    if (surface) {
      root.setAttribute('data-surface', surface);
    }
  } else if (keepsTheme) {
    dress(root, { colorMode: 'light' });
  } else {
    root.removeAttribute('data-theme');
    root.removeAttribute('data-color-mode');
  }
}

function dress(root, theme) {
  const kinds = Object.entries({ ...themeDefaults, ...theme }).filter(([kind, id]) => kind in themeDefaults && typeof id === 'string');
  const { colorMode } = theme;
  const system = () => (window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.setAttribute('data-theme', kinds.map(([kind, id]) => `${kind}:${id}`).join(' '));
  root.setAttribute('data-color-mode', colorMode === 'light' || colorMode === 'dark' ? colorMode : system());
}

// AP.page, AP.host, AP.scrollPosition, AP.cookie, AP.inlineDialog: small things about the page.

const isFullPage = (call) => call.extension.options.isFullPage === true;

defineModule('page', {
  setTitle: method(['title'], (call, title) => {
    if (isFullPage(call)) {
      document.title = `${title} - ${productName()}`;
    }
  }),
});

defineModule('host', {
  focus: method([], () => {
    window.focus();
    if (document.activeElement instanceof HTMLElement) {
      document.activeElement.blur();
    }
  }),
  // The product stopped telling the selection and answers an empty string.
  getSelectedText: method([], (call) => call.respond('')),
});

defineModule('inlineDialog', {
  hide: method([], () => closeInlineDialogs()),
});

function frameOffset({ iframe }) {
  const box = iframe.getBoundingClientRect();
  return { top: box.top + window.scrollY, left: box.left + window.scrollX };
}

function getPosition(call) {
  if (isFullPage(call)) {
    const { top, left } = frameOffset(call.registration);
    call.respond({ scrollY: window.scrollY - top, scrollX: window.scrollX - left, width: window.innerWidth, height: window.innerHeight });
  }
}

function setVerticalPosition(call, y) {
  if (isFullPage(call) && typeof y === 'number') {
    document.documentElement.scrollTop = frameOffset(call.registration).top + y;
  }
}

defineModule('scrollPosition', {
  getPosition: method([], getPosition),
  setVerticalPosition: method(['y'], setVerticalPosition),
});

// A full-page extension hears when the page is scrolled to within a tenth of either end, once each time.
function watchScrolling(registration) {
  if (registration.extension.options.isFullPage !== true) {
    return;
  }
  let last = '';
  window.addEventListener('scroll', () => {
    const height = document.documentElement.scrollHeight;
    const nearBottom = window.innerHeight + window.scrollY >= height * 0.9;
    const now = window.scrollY <= height * 0.1 ? 'scroll.nearTop' : nearBottom ? 'scroll.nearBottom' : '';
    if (now && now !== last) {
      emit(now, { id: registration.extension_id }, {});
    }
    last = now;
  });
}

// A cookie's name begins with the app's key, so that apps do not see each other's.
function cookieName(call, name) {
  if (!name) {
    throw new Error('a cookie needs a name');
  }
  return encodeURIComponent(`${call.extension.addon_key}$$${name}`);
}

function saveCookie(call, name, value, days) {
  const life = Number(days) > 0 ? `; max-age=${Math.round(Number(days) * 86400)}` : '';
  document.cookie = `${cookieName(call, name)}=${encodeURIComponent(String(value))}; path=/; samesite=lax${life}`;
}

function readCookie(call, name) {
  const prefix = `${cookieName(call, name)}=`;
  const found = document.cookie.split('; ').find((cookie) => cookie.startsWith(prefix));
  call.respond(found === undefined ? undefined : decodeURIComponent(found.slice(prefix.length)));
}

function eraseCookie(call, name) {
  document.cookie = `${cookieName(call, name)}=; path=/; max-age=0`;
}

defineModule('cookie', {
  save: method(['name', 'value', 'days'], saveCookie),
  read: method(['name'], readCookie),
  erase: method(['name'], eraseCookie),
});

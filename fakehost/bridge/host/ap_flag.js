// AP.flag: notes in the corner of the product page.

// A flag that closes by itself stays this long.
const flagLifeMs = 5000;

function createFlag(call, options) {
  if (options === null || typeof options !== 'object') {
    return undefined;
  }
  const given = plain(options);
  const id = call.instanceID;
  const flag = { id, extension: call.extension, element: flagElement(given, (action) => tell(flag, 'flag.action', { actionIdentifier: action }), () => closeFlag(flag)) };
  corner('aui-flag-container').append(flag.element);
  if (given.close === 'auto') {
    setTimeout(() => closeFlag(flag), flagLifeMs);
  }
  call.respond(id);
  return flag;
}

function flagElement({ title, body, type, actions }, act, close) {
  const kind = ['info', 'success', 'warning', 'error'].includes(String(type).toLowerCase()) ? String(type).toLowerCase() : 'info';
  const box = element('div', `aui-message aui-flag aui-message-${kind}`);
  box.setAttribute('role', 'alert');
  box.append(element('p', 'title', String(title || '')), element('div', 'body', String(body || '')));
  for (const [name, text] of Object.entries(plain(actions))) {
    const link = element('button', 'aui-button flag-action', String(text));
    link.addEventListener('click', () => act(name));
    box.append(link);
  }
  const button = element('button', 'icon-close', '×');
  button.addEventListener('click', close);
  box.append(button);
  return box;
}

function closeFlag(flag) {
  if (flag.element.isConnected) {
    flag.element.remove();
    tell(flag, 'flag.close', {});
  }
}

function tell(flag, event, data) {
  emit(event, { id: flag.extension.id }, { ...data, flagIdentifier: flag.id });
}

function corner(id) {
  let box = document.getElementById(id);
  if (!box) {
    box = element('div');
    box.id = id;
    box.style.cssText = 'position:fixed;top:10px;right:10px;max-width:400px;z-index:4000;background:#fff';
    document.body.append(box);
  }
  return box;
}

defineModule('flag', {
  create: proxied(method(['options'], createFlag), {
    close: method([], ({ instance }) => instance.element && closeFlag(instance)),
  }),
});

// AP.messages: the older notes, deprecated since 2017 and still called.

const messages = new Map();

function messageOf(kind) {
  return proxied(method(['title', 'body', 'options'], (call, title, body) => {
    const box = element('div', `aui-message aui-message-${kind}`);
    box.id = `ap-message-${call.instanceID}`;
    box.append(element('p', 'title', String(title || '')), element('div', 'body', String(body || '')));
    const button = element('button', 'icon-close', '×');
    button.addEventListener('click', () => closeMessage(call.instanceID));
    box.append(button);
    corner('ac-message-container').append(box);
    messages.set(call.instanceID, { box, owner: call.registration.extension_id, closed: null });
  }));
}

function closeMessage(id) {
  const message = messages.get(id);
  if (message) {
    messages.delete(id);
    message.box.remove();
    if (message.closed) {
      message.closed();
    }
  }
}

// ownMessage finds a message by what the app passed for it; an app has no say over another's.
function ownMessage(call, proxy) {
  const message = messages.get(plain(proxy)._id);
  return message && message.owner === call.registration.extension_id ? message : undefined;
}

function clearMessage(call, proxy) {
  if (ownMessage(call, proxy)) {
    closeMessage(proxy._id);
  }
}

function onMessageClose(call, proxy) {
  const message = ownMessage(call, proxy);
  if (message) {
    message.closed = () => call.respond();
  }
}

defineModule('messages', {
  clear: method(['msg'], clearMessage),
  onClose: method(['msg'], onMessageClose),
  generic: messageOf('generic'),
  error: messageOf('error'),
  warning: messageOf('warning'),
  success: messageOf('success'),
  info: messageOf('info'),
  hint: messageOf('hint'),
});

// Triggers: the buttons of the page that open an extension, such as web items and glances.
//
// Nothing is made before the button is pressed: URL and token come from the content resolver then, so
// that they are fresh, and each opening is an extension with an id of its own.

function startTriggers() {
  for (const trigger of page.triggers) {
    const button = document.getElementById(trigger.button);
    if (!button) {
      continue;
    }
    if (trigger.opens === 'inline') {
      bindInlineDialog(trigger, button);
    } else {
      button.addEventListener('click', () => openTrigger(trigger, button));
    }
    if (trigger.now) {
      openTrigger(trigger, button);
    }
  }
}

function openTrigger(trigger, button) {
  if (trigger.opens === 'dialog') {
    openTriggerDialog(trigger);
  } else if (trigger.opens === 'inline') {
    toggleInlineDialog(trigger, button);
  } else {
    togglePanel(trigger, button);
  }
}

// triggered is a fresh extension of a trigger, with further options.
function triggered(trigger, options) {
  const extension = JSON.parse(JSON.stringify(trigger.extension));
  Object.assign(extension.options, options);
  return extension;
}

function openTriggerDialog(trigger) {
  const id = randomHex();
  const options = plain(trigger.options);
  const extension = triggered(trigger, {
    isDialog: true,
    dialogId: id,
    preventDialogCloseOnEscape: options.closeOnEscape === false,
    hideIframeUntilLoad: true,
  });
  showDialog({ id, openerID: '', customData: undefined, options: { header: trigger.extension.title, ...options }, extension });
}

// togglePanel shows the extension below its button, and takes it away again.
function togglePanel(trigger, button) {
  const panel = document.getElementById(trigger.panel);
  const opening = panel.hidden;
  panel.hidden = !opening;
  button.setAttribute('aria-expanded', String(opening));
  panel.replaceChildren();
  if (opening) {
    const container = element('div', 'ap-iframe-container');
    panel.append(container);
    mountTriggered(triggered(trigger, {}), container);
  }
}

function mountTriggered(extension, container) {
  mount(extension, container).catch((error) => console.error(`[standin] ${extension.key} was not mounted: ${error.message}`));
}

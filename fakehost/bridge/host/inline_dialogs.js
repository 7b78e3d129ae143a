// Inline dialogs: an extension in a small box at the button that opened it.
//
// The options of a web item's target are those of the AUI library (10.0.4,
// src/js/aui/inline-dialog.js), which the product hands them to.

const inlineDialogDefaults = {
  closeOthers: true,
  isRelativeToMouse: false,
  onHover: false,
  onTop: false,
  persistent: false,
  // How long it stays when the mouse has left it; null is for ever.
  hideDelay: 10000,
  showDelay: 0,
  width: 300,
  offsetX: 0,
  offsetY: 10,
};

// The open ones, and those about to open: {button, options, box, showTimer, hideTimer}.
const inlineDialogs = [];

function inlineDialogOf(button) {
  return inlineDialogs.find((dialog) => dialog.button === button);
}

// inlineOptions are the options of a trigger; what is of another type than it must be counts as absent.
function inlineOptions(trigger) {
  const given = plain(trigger.options);
  const options = { ...inlineDialogDefaults };
  for (const [name, usual] of Object.entries(inlineDialogDefaults)) {
    const value = given[name];
    if (name === 'width' ? dimension(value) : typeof value === typeof usual || (name === 'hideDelay' && value === null)) {
      options[name] = value;
    }
  }
  return options;
}

// bindInlineDialog opens by a click, and by the mouse coming near where the options say so
// (atlassian-connect-js 5.3.190, src/host/components/inline_dialog_webitem.js).
function bindInlineDialog(trigger, button) {
  button.addEventListener('click', (event) => toggleInlineDialog(trigger, button, event));
  button.addEventListener('mouseleave', () => leaveInlineDialog(inlineDialogOf(button)));
  button.addEventListener('mouseenter', (event) => {
    const open = inlineDialogOf(button);
    if (open) {
      clearTimeout(open.hideTimer);
    } else if (inlineOptions(trigger).onHover) {
      openInlineDialog(trigger, button, event);
    }
  });
}

// toggleInlineDialog opens at a click, and closes at the next; one that opens by hovering is kept open
// by a click, for the mouse that clicks has opened it already.
function toggleInlineDialog(trigger, button, event) {
  const open = inlineDialogOf(button);
  if (!open) {
    openInlineDialog(trigger, button, event);
  } else if (!open.options.onHover) {
    closeInlineDialog(open);
  }
}

function openInlineDialog(trigger, button, event) {
  const options = inlineOptions(trigger);
  if (options.closeOthers) {
    inlineDialogs.filter((other) => !other.options.persistent).forEach(closeInlineDialog);
  }
  const dialog = { button, options, box: null };
  inlineDialogs.push(dialog);
  const show = () => showInlineDialog(dialog, trigger, event && event.pageX);
  if (options.showDelay > 0) {
    dialog.showTimer = setTimeout(show, options.showDelay);
  } else {
    show();
  }
}

function showInlineDialog(dialog, trigger, mouseX) {
  const { button, options } = dialog;
  const box = element('div', 'aui-inline-dialog');
  setAttributes(box, { role: 'dialog', 'aria-label': trigger.extension.title, tabindex: '-1' });
  box.addEventListener('mouseenter', () => clearTimeout(dialog.hideTimer));
  box.addEventListener('mouseleave', () => leaveInlineDialog(dialog));
  const container = element('div', 'ap-iframe-container');
  container.style.width = dimension(options.width);
  box.append(container);
  document.body.append(box);
  dialog.box = box;
  button.setAttribute('aria-expanded', 'true');
  placeInlineDialog(dialog, mouseX);
  // Who opened it by a click or by the keyboard goes on in it; the mouse passing by moves no focus.
  if (!options.onHover || document.activeElement === button) {
    box.focus();
  }
  // The app is told to report its width in pixels (atlassian-connect-js 5.3.190,
  // src/host/components/inline_dialog_webitem.js).
  mountTriggered(triggered(trigger, { autoresize: true, widthinpx: true }), container);
}

function placeInlineDialog({ box, button, options }, mouseX) {
  const { left, top, bottom } = button.getBoundingClientRect();
  const wanted = options.isRelativeToMouse && mouseX ? mouseX - 20 : left + window.scrollX + options.offsetX;
  box.style.left = `${Math.max(8, wanted)}px`;
  if (options.onTop) {
    box.style.top = `${top + window.scrollY - 6}px`;
    box.style.transform = 'translateY(-100%)';
  } else {
    box.style.top = `${bottom + window.scrollY + options.offsetY}px`;
  }
}

// leaveInlineDialog is the mouse going away from the box or its button.
function leaveInlineDialog(dialog) {
  if (!dialog || dialog.options.persistent) {
    return;
  }
  if (!dialog.box) {
    closeInlineDialog(dialog); // it was only about to open
  } else if (dialog.options.hideDelay !== null) {
    clearTimeout(dialog.hideTimer);
    dialog.hideTimer = setTimeout(() => closeInlineDialog(dialog), dialog.options.hideDelay);
  }
}

function closeInlineDialog(dialog) {
  const at = inlineDialogs.indexOf(dialog);
  if (at < 0) {
    return;
  }
  inlineDialogs.splice(at, 1);
  clearTimeout(dialog.showTimer);
  clearTimeout(dialog.hideTimer);
  if (dialog.box) {
    const inside = dialog.box.contains(document.activeElement);
    dialog.box.remove();
    dialog.button.removeAttribute('aria-expanded');
    if (inside || !dialog.options.onHover) {
      giveFocusBack(dialog.button);
    }
  }
}

// closeInlineDialogs closes all of them, as AP.inlineDialog.hide does.
function closeInlineDialogs() {
  [...inlineDialogs].forEach(closeInlineDialog);
}

// clickedElsewhere closes what is not persistent when the click was neither in it nor on its button.
// What is in a frame is told by the frame's own message.
function clickedElsewhere(target) {
  for (const dialog of [...inlineDialogs]) {
    if (dialog.box && target && !dialog.options.persistent && !dialog.box.contains(target) && !dialog.button.contains(target)) {
      closeInlineDialog(dialog);
    }
  }
}

window.addEventListener('click', (event) => clickedElsewhere(event.target));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !activeDialog()) {
    inlineDialogs.filter((dialog) => !dialog.options.persistent).forEach(closeInlineDialog);
  }
});

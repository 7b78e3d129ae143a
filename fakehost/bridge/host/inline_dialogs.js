// Inline dialogs: an extension in a small box at the button that opened it. One is open at a time.

let inlineDialog = null;

// The product's default (AUI inline dialog).
const inlineDialogWidth = 300;

function toggleInlineDialog(trigger, button) {
  const again = inlineDialog !== null && inlineDialog.button === button;
  closeInlineDialog();
  if (again) {
    return;
  }
  const box = element('div', 'aui-inline-dialog');
  setAttributes(box, { role: 'dialog', 'aria-label': trigger.extension.title, tabindex: '-1' });
  const { left, bottom } = button.getBoundingClientRect();
  box.style.left = `${Math.max(8, left + window.scrollX)}px`;
  box.style.top = `${bottom + window.scrollY + 6}px`;
  const container = element('div', 'ap-iframe-container');
  container.style.width = dimension(plain(trigger.options).width) || `${inlineDialogWidth}px`;
  box.append(container);
  document.body.append(box);
  box.focus();
  inlineDialog = { box, button };
  // The app is told to report its width in pixels (atlassian-connect-js 5.3.190,
  // src/host/components/inline_dialog_webitem.js).
  mountTriggered(triggered(trigger, { autoresize: true, widthinpx: true }), container);
}

function closeInlineDialog() {
  if (inlineDialog) {
    const { box, button } = inlineDialog;
    inlineDialog = null;
    box.remove();
    giveFocusBack(button);
  }
}

// clickedElsewhere closes the inline dialog when the click was neither in it nor on its button. What is
// in a frame is told by the frame's own message.
function clickedElsewhere(target) {
  if (inlineDialog && target && !inlineDialog.box.contains(target) && !inlineDialog.button.contains(target)) {
    closeInlineDialog();
  }
}

window.addEventListener('click', (event) => clickedElsewhere(event.target));
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !activeDialog()) {
    closeInlineDialog();
  }
});

// The product's own dialogs: plain boxes with fields and two buttons. The browser keeps the keyboard in
// them, and closes them by Escape.

// showHostDialog shows one. content are its elements. submit runs when a person agrees; it may take its
// time, and what it gives is a complaint to show, or nothing for all is well. closed runs once, with
// whether it was agreed to. at places the box, in pixels of the window; without it, it is in the middle.
function showHostDialog({ title, content, submitText, cancelText, submit, closed, at }) {
  const box = element('dialog', 'standin-dialog');
  const heading = element('h2', '', title);
  heading.id = `standin-dialog-${randomHex()}`;
  box.setAttribute('aria-labelledby', heading.id);
  if (at) {
    box.style.cssText = `margin:0;left:${at.left}px;top:${at.top}px`;
  }
  const complaint = element('p', 'alert');
  setAttributes(complaint, { role: 'alert' });
  const form = element('form');
  form.setAttribute('method', 'dialog');
  form.append(heading, ...content, complaint, dialogButtons(box, submitText, cancelText));
  let agreed = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const complaintText = submit ? await submit() : '';
    if (complaintText) {
      complaint.textContent = complaintText;
      return;
    }
    agreed = true;
    box.close();
  });
  box.addEventListener('close', () => {
    box.remove();
    closed(agreed);
  });
  keepToItself(box);
  box.append(form);
  document.body.append(box);
  box.showModal();
  return box;
}

// keepToItself keeps what is done in a box from what lies under it: Escape and clicks there close other
// things.
function keepToItself(box) {
  for (const type of ['keydown', 'click']) {
    box.addEventListener(type, (event) => event.stopPropagation());
  }
}

function dialogButtons(box, submitText, cancelText) {
  const bar = element('div', 'actions');
  if (submitText) {
    const submit = element('button', 'aui-button', submitText);
    submit.setAttribute('type', 'submit');
    bar.append(submit);
  }
  const cancel = element('button', 'aui-button', cancelText);
  cancel.setAttribute('type', 'button');
  cancel.addEventListener('click', () => box.close());
  bar.append(cancel);
  return bar;
}

// labelled puts a person's word beside a field.
function labelled(text, field) {
  const label = element('label', 'standin-field', text);
  label.append(field);
  return label;
}

function field(tag, attributes, value) {
  const made = element(tag);
  setAttributes(made, attributes);
  made.value = value === undefined || value === null ? '' : String(value);
  return made;
}

// choice is a list to choose from; items are {id, name}.
function choice(items, chosen) {
  const list = element('select');
  for (const { id, name } of items) {
    const option = element('option', '', name);
    option.value = String(id);
    list.append(option);
  }
  if (items.some(({ id }) => String(id) === String(chosen))) {
    list.value = String(chosen);
  }
  return list;
}

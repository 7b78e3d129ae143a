// AP.dropdown: menus of the app that may be larger than its frame. atlassian-connect-js 5.3.190
// (src/host/modules/dropdown.js) leaves the menu itself to the product; what is chosen goes to the frames
// of the module as dropdown-item-selected, with the item as it was given.

// A dropdown is {id, extension, groups, menu}; menu is there while it is shown.
const dropdowns = new Map();

function dropdownKey({ extension }, id) {
  return JSON.stringify([extension.addon_key, String(id)]);
}

function createDropdown(call, options) {
  if (options === null || typeof options !== 'object') {
    return;
  }
  const { dropdownId, list } = options;
  hideDropdown(call, dropdownId);
  // What is in the list and is no group is passed over, as it is there.
  const groups = list.filter((group) => Array.isArray(plain(group).list)).map(({ heading, list: items }) => ({ heading, items: items.map(dropdownItem) }));
  dropdowns.set(dropdownKey(call, dropdownId), { id: dropdownId, extension: call.extension, groups, menu: null });
}

// dropdownItem makes of what apps write what a menu shows.
function dropdownItem(item) {
  if (typeof item === 'string') {
    return { content: item };
  }
  const { text, disabled, itemId } = plain(item);
  if (typeof text !== 'string' || !text) {
    throw new Error('a dropdown item is a text, or an object with text');
  }
  return { content: text, ...(typeof disabled === 'boolean' ? { disabled } : {}), ...(itemId === undefined ? {} : { itemId }) };
}

function showDropdown(call, id, x, y, width) {
  const dropdown = dropdowns.get(dropdownKey(call, id));
  if (!dropdown) {
    failCall(call, 'dropdown.showAt', 'there is no dropdown of this id');
    return;
  }
  hideDropdown(call, id);
  const { left, top } = call.registration.iframe.getBoundingClientRect();
  const menu = element('div', 'standin-menu');
  setAttributes(menu, { role: 'menu', 'aria-label': String(id) });
  menu.style.left = `${left + window.scrollX + (Number(x) || 0)}px`;
  menu.style.top = `${top + window.scrollY + (Number(y) || 0)}px`;
  if (dimension(width)) {
    menu.style.minWidth = dimension(width);
  }
  for (const { heading, items } of dropdown.groups) {
    menu.append(...(heading ? [element('div', 'heading', String(heading))] : []), ...items.map((item) => menuItem(dropdown, item)));
  }
  menu.addEventListener('keydown', (event) => moveInMenu(call, dropdown, event));
  dropdown.menu = menu;
  dropdown.frame = call.registration.iframe;
  document.body.append(menu);
  focusItem(menu, 0);
}

function menuItem(dropdown, item) {
  const button = element('button', 'standin-menu-item', item.content);
  setAttributes(button, { type: 'button', role: 'menuitem', tabindex: '-1' });
  markDisabled(button, item.disabled);
  item.element = button;
  button.addEventListener('click', () => {
    if (item.disabled) {
      return;
    }
    const { element: shown, ...chosen } = item;
    closeDropdown(dropdown, true);
    const { addon_key: addonKey, key } = dropdown.extension;
    dispatch('dropdown-item-selected', { addon_key: addonKey, key }, { dropdownId: dropdown.id, item: chosen });
  });
  return button;
}

function markDisabled(button, disabled) {
  button.setAttribute('aria-disabled', String(disabled === true));
}

function focusItem(menu, at) {
  const items = menu.querySelectorAll('.standin-menu-item');
  if (items.length) {
    items[(at + items.length) % items.length].focus();
  }
}

// moveInMenu is the keyboard: arrows, Home and End move, Escape and Tab close.
function moveInMenu(call, dropdown, event) {
  const items = [...dropdown.menu.querySelectorAll('.standin-menu-item')];
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (Object.prototype.hasOwnProperty.call(moves, event.key)) {
    focusItem(dropdown.menu, moves[event.key]);
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    closeDropdown(dropdown, true);
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function closeDropdown(dropdown, giveBack) {
  if (dropdown.menu) {
    dropdown.menu.remove();
    dropdown.menu = null;
    if (giveBack) {
      giveFocusBack(dropdown.frame);
    }
  }
}

function hideDropdown(call, id) {
  const dropdown = dropdowns.get(dropdownKey(call, id));
  if (dropdown) {
    closeDropdown(dropdown, false);
  }
}

function changeItem(call, id, itemId, disabled) {
  const dropdown = dropdowns.get(dropdownKey(call, id));
  const items = dropdown ? dropdown.groups.flatMap((group) => group.items) : [];
  for (const item of items.filter((one) => one.itemId === itemId)) {
    item.disabled = disabled;
    if (item.element) {
      markDisabled(item.element, disabled);
    }
  }
}

// A click elsewhere closes what is open, and so does the end of its frame.
window.addEventListener('click', (event) => {
  for (const dropdown of dropdowns.values()) {
    if (dropdown.menu && !dropdown.menu.contains(event.target)) {
      closeDropdown(dropdown, false);
    }
  }
});

function forgetDropdowns(extension) {
  for (const [key, dropdown] of dropdowns) {
    if (dropdown.extension === extension) {
      closeDropdown(dropdown, false);
      dropdowns.delete(key);
    }
  }
}

defineModule('dropdown', {
  create: method(['options'], createDropdown),
  showAt: method(['dropdownId', 'x', 'y', 'width'], showDropdown),
  hide: method(['id'], hideDropdown),
  itemDisable: method(['dropdownId', 'itemId'], (call, id, itemId) => changeItem(call, id, itemId, true)),
  itemEnable: method(['dropdownId', 'itemId'], (call, id, itemId) => changeItem(call, id, itemId, false)),
});

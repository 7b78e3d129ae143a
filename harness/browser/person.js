// What a person can see and do in a frame. standin evaluates this in the app's
// frame and calls one of its functions; it leaves nothing behind there.
(() => {
  'use strict';
  const clickable = 'a[href], button, input[type=submit], input[type=button], summary, [role=button], [role=link], [role=tab], [role=menuitem], [onclick]';
  const fillable = 'input:not([type]), input[type=text], input[type=search], input[type=email], input[type=number], input[type=url], input[type=tel], input[type=password], input[type=date], input[type=time], textarea, select, [contenteditable=true]';

  // scopes are the parts of the page that are looked at: all of it, unless within says otherwise.
  let scopes = [document];
  const all = (selector, roots = scopes) => roots.flatMap(root => {
    const found = [...root.querySelectorAll(selector)];
    for (const el of root.querySelectorAll('*')) {
      if (el.shadowRoot) found.push(...all(selector, [el.shadowRoot]));
    }
    return found;
  });
  const visible = el => {
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(el).visibility !== 'hidden';
  };
  const squeeze = s => (s || '').replace(/\s+/g, ' ').trim();
  // What one reads on a thing. A mere sign, as a cross, is called by its name.
  const label = el => {
    const read = squeeze(el.innerText || el.value);
    const name = squeeze(el.getAttribute('aria-label') || el.title || el.alt);
    return /[\p{L}\p{N}]/u.test(read) ? read : name || read;
  };
  const fieldNames = el => [
    ...(el.labels ? [...el.labels].map(l => squeeze(l.innerText)) : []),
    el.getAttribute('aria-label'), el.placeholder, el.name, el.id,
  ].filter(Boolean).map(squeeze);

  // A target is {css} or {text}. Text is what one reads on the thing: the whole
  // of it first, a part of it second, letters' case aside.
  // how narrows that down: "exact" to the whole, "part" to a part, "words" to none of
  // them, but to text that is on no control.
  const byText = (elements, text, names, how) => {
    const want = squeeze(text).toLowerCase();
    const has = test => elements.filter(visible).find(el => names(el).some(n => test(n.toLowerCase())));
    return how !== 'part' && has(n => n === want) || how !== 'exact' && has(n => n.includes(want));
  };
  const innermost = text => {
    const want = squeeze(text).toLowerCase();
    const holders = all('body *').filter(el => visible(el) && label(el).toLowerCase().includes(want));
    return holders.reverse().find(el => squeeze(el.innerText).toLowerCase().includes(want));
  };
  const find = (target, selector, names, how) => target.css
    ? all(target.css).find(visible)
    : how !== 'words' && byText(all(selector), target.text, names, how);
  const pressable = (target, how) => find(target, clickable, el => [label(el)], how)
    || (target.text && (!how || how === 'words') && innermost(target.text));
  const formOf = (target, forms) => {
    const el = target.css ? all(target.css)[0] : forms.find(f => squeeze(f.innerText).toLowerCase().includes(squeeze(target.text).toLowerCase()));
    return el && (el.form || el.closest('form'));
  };

  // opensWindow tells the targets of links that are windows of their own.
  const opensWindow = name => name === '_blank'
    || !name.startsWith('_') && !document.querySelector(`iframe[name="${CSS.escape(name)}"]`);

  const seen = (selector, names) => all(selector).filter(visible).map(el => names(el)[0]).filter(Boolean).slice(0, 20);
  const fire = (el, type, Kind, extra) => el.dispatchEvent(new Kind(type, Object.assign(
    { bubbles: true, cancelable: true, composed: true, view: window }, extra)));

  const path = el => {
    const parts = [];
    for (let n = el; n && n.nodeType === 1 && n !== document.documentElement; n = n.parentElement) {
      if (n.id && document.querySelectorAll('#' + CSS.escape(n.id)).length === 1) {
        parts.unshift('#' + CSS.escape(n.id));
        return parts.join(' > ');
      }
      const same = n.parentElement ? [...n.parentElement.children].filter(c => c.tagName === n.tagName) : [n];
      parts.unshift(n.tagName.toLowerCase() + (same.length > 1 ? `:nth-of-type(${same.indexOf(n) + 1})` : ''));
    }
    return parts.join(' > ');
  };

  return {
    // within looks at these parts of the page alone: those that no dialog lies over.
    within(css) {
      const dialogs = [...document.querySelectorAll('[aria-modal=true]')];
      const top = dialogs[dialogs.length - 1];
      scopes = [...document.querySelectorAll(css)].filter(el => {
        const dialog = el.closest('[aria-modal=true]');
        return !el.closest('[inert]') && (!dialog || dialog === top);
      });
      return this;
    },
    // has reports whether there is something that a method could be done to.
    has(method, target) {
      if (method === 'fill') return !!find(target, fillable, fieldNames);
      if (method === 'submit') return !!formOf(target, all('form').filter(visible));
      return !!find(target, clickable, el => [label(el)]);
    },
    click(target, how) {
      const el = pressable(target, how);
      if (!el) return { found: false, seen: seen(clickable, el => [label(el)]) };
      if (el.disabled) return { found: true, disabled: true };
      el.scrollIntoView({ block: 'center', inline: 'center' });
      const box = el.getBoundingClientRect();
      const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, button: 0, detail: 1 };
      fire(el, 'pointerdown', PointerEvent, at);
      fire(el, 'mousedown', MouseEvent, at);
      if (el.focus) el.focus();
      fire(el, 'pointerup', PointerEvent, at);
      fire(el, 'mouseup', MouseEvent, at);
      el.click();
      return { found: true };
    },
    fill(target, value) {
      const el = find(target, fillable, fieldNames);
      if (!el) return { found: false, seen: seen(fillable, fieldNames) };
      if (el.focus) el.focus();
      if (el.isContentEditable) {
        el.textContent = value;
      } else {
        // The setter of the prototype, for frameworks watch the element's own.
        const proto = el instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype
          : el instanceof HTMLSelectElement ? HTMLSelectElement.prototype : HTMLInputElement.prototype;
        Object.getOwnPropertyDescriptor(proto, 'value').set.call(el, value);
      }
      fire(el, 'input', InputEvent, {});
      fire(el, 'change', Event, {});
      return { found: true };
    },
    submit(target) {
      const forms = all('form').filter(visible);
      const form = formOf(target, forms);
      if (!form) return { found: false, seen: forms.map(path) };
      form.requestSubmit();
      return { found: true };
    },
    hasText(text) {
      return squeeze(document.body && document.body.innerText).toLowerCase().includes(squeeze(text).toLowerCase());
    },
    navigate(url) { location.assign(url); return true; },
    back() { history.back(); return true; },
    forward() { history.forward(); return true; },
    // controls lists what one could click, for the explorer.
    controls() {
      const labels = {};
      const list = all(clickable).filter(el => visible(el) && !el.disabled).map(el => {
        const text = label(el);
        labels[text] = (labels[text] || 0) + 1;
        const link = el.closest('a[href]');
        const url = link ? new URL(link.href, location.href) : null;
        const own = !!url && /^https?:$/.test(url.protocol) && url.origin === location.origin;
        const other = !!link && !!link.target && link.target !== '_self';
        const form = (el.type === 'submit' || el.tagName === 'BUTTON' && el.type !== 'button') ? el.closest('form') : null;
        return {
          text, css: path(el),
          leaves: !!url && (!own || other && !opensWindow(link.target)),
          opens: own && other && opensWindow(link.target),
          download: !!link && link.hasAttribute('download'),
          action: squeeze([text, el.title, el.getAttribute('aria-label'), el.name, el.id, el.className && String(el.className), link && link.getAttribute('href')].filter(Boolean).join(' ')),
          fields: form ? [...form.elements].filter(f => f.matches(fillable) && visible(f) && !f.value && f.type !== 'password').map(f => ({ css: path(f), kind: f.type })) : [],
        };
      });
      for (const c of list) c.unique = c.text !== '' && labels[c.text] === 1;
      return list;
    },
    // loaded answers the address of the document once it has loaded, with all of its
    // parts when whole is set. A frame starts with an empty one, which is not what
    // is awaited.
    loaded(whole) {
      const enough = () => document.readyState === 'complete' || !whole && document.readyState === 'interactive';
      return enough() ? location.href : new Promise(done => {
        const check = () => { if (enough()) done(location.href); };
        document.addEventListener('readystatechange', check);
      });
    },
  };
})()

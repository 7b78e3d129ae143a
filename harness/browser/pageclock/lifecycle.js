// The tab's visibility and the page's life cycle, as standin sets them: hidden and
// shown, frozen and resumed. The events are synthetic; nothing else tells them from
// those of a tab that a person leaves.
kit => {
  const { global, getter, native } = kit;
  const document = global.document;
  const isHidden = () => kit.hiddenSince !== null;
  kit.hiddenSince = null; // when the page was hidden, on the timers' clock
  kit.frozen = false;
  const waiting = []; // frames of animation that are due when the page is shown

  // A page that is hidden paints nothing.
  kit.whenShown = (at, callback) => {
    if (isHidden()) waiting.push(callback); else callback(at);
  };
  const tell = type => {
    if (document) document.dispatchEvent(new global.Event(type, { bubbles: type === 'visibilitychange' }));
  };
  if (document) {
    getter(global.Document.prototype, 'hidden', value => isHidden() || value);
    getter(global.Document.prototype, 'visibilityState', value => isHidden() ? 'hidden' : value);
    getter(global.Document.prototype, 'webkitHidden', value => isHidden() || value);
    getter(global.Document.prototype, 'webkitVisibilityState', value => isHidden() ? 'hidden' : value);
    native(global.Document.prototype, 'hasFocus', (args, self, target) => !isHidden() && Reflect.apply(target, self, args));
  }

  // hide and freeze go one after the other, as do resume and show.
  kit.live = {
    hide() {
      if (isHidden() || !document) return;
      kit.hiddenSince = kit.timerNow();
      tell('visibilitychange');
      kit.rearm();
    },
    freeze() {
      if (kit.frozen) return;
      tell('freeze');
      kit.frozen = true;
      kit.rearm();
    },
    resume() {
      if (!kit.frozen) return;
      kit.frozen = false;
      tell('resume');
      kit.rearm();
    },
    show() {
      if (!isHidden()) return;
      kit.hiddenSince = null;
      tell('visibilitychange');
      kit.rearm();
      for (const callback of waiting.splice(0)) kit.realFrame(at => kit.whenShown(at, callback));
    },
  };
  if (kit.config.hidden && document) kit.hiddenSince = 0;
  if (kit.config.frozen) kit.frozen = true;
}

// Sizes: what the content measures, and telling the host when that changes.

// So many changes of one dimension within this time are flicker, and the largest value stays.
const flickerCount = 5;
const flickerMs = 400;

function container() {
  return document.querySelector('.ac-content, #content') || document.body;
}

function size(width, height, within) {
  const box = within || container();
  if (!box) {
    warn('there is no body yet to measure');
    return { w: width === undefined ? '100%' : width, h: height };
  }
  return { w: widthOf(box, width), h: height || heightOf(box) };
}

function widthOf(box, width) {
  const wanted = width === undefined || width === null ? '100%' : width;
  const inPixels = options.widthinpx && typeof wanted === 'string' && wanted.includes('%');
  return inPixels ? Math.max(box.scrollWidth, box.offsetWidth, box.clientWidth) : wanted;
}

function heightOf(box) {
  const root = document.documentElement;
  const whole = Math.max(box.scrollHeight, root.scrollHeight, box.offsetHeight, root.offsetHeight, box.clientHeight, root.clientHeight);
  if (box === document.body) {
    return whole;
  }
  const height = box.getBoundingClientRect().height;
  if (height === 0) {
    return whole;
  }
  const style = window.getComputedStyle(box);
  return height + (parseFloat(style.marginTop) || 0) + (parseFloat(style.marginBottom) || 0);
}

// makeResize gives AP.resize: with no arguments it tells the host what was measured.
function makeResize(AP) {
  return (width, height) => {
    if (!container()) {
      warn('AP.resize was called before there was a body');
      return;
    }
    const measured = size();
    if (AP._hostModules.env && AP._hostModules.env.resize) {
      AP._hostModules.env.resize(width || measured.w, height || measured.h);
    }
  };
}

function startAutoResize(resize) {
  // The options are read first: when they cannot be read, the page hears of it here, too.
  if (scriptOption('resize') === false || scriptOption('sizeToParent') === true || !options.autoresize) {
    return;
  }
  requestAnimationFrame(() => resize());
  const changed = steady(resize);
  const box = container();
  const sensor = document.createElement('div');
  sensor.className = 'ac-resize-sensor';
  sensor.style.cssText = 'position:absolute;left:0;top:0;right:0;bottom:0;z-index:-1;visibility:hidden;pointer-events:none';
  if (box !== document.body && getComputedStyle(box).position === 'static') {
    box.style.position = 'relative';
  }
  box.append(sensor);
  const observer = new ResizeObserver(changed);
  observer.observe(sensor);
  observer.observe(box);
}

// steady calls resize when the size has changed, and with 100 % by the largest height once it flickers.
function steady(resize) {
  let seen = [];
  let last = size();
  return () => {
    const now = Date.now();
    const measured = size();
    if (measured.w === last.w && measured.h === last.h) {
      return;
    }
    last = measured;
    seen = seen.filter((entry) => now - entry.at < flickerMs);
    seen.push({ at: now, h: parseInt(measured.h, 10) });
    if (seen.length >= flickerCount) {
      resize('100%', `${Math.max(...seen.map((entry) => entry.h))}px`);
    } else {
      resize(measured.w, measured.h);
    }
  };
}

// AP.env and the sizes of frames.

scene('sizes', { frames: [{ key: 'page' }, { key: 'full', options: { isFullPage: true } }] }, [
  app('page', 'asks where it is', ({ AP, heard, note }) => {
    AP.env.getLocation(heard('env.getLocation'));
    AP.getLocation(heard('getLocation'));
    note('env.getLocation without a callback', AP.env.getLocation());
  }),
  app('page', 'resizes with numbers', ({ AP, note }) => note('env.resize returned', AP.env.resize(320, 240))),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'resizes with words', ({ AP }) => AP.env.resize('50%', '333px')),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'resizes with AP.resize', ({ AP }) => {
    AP.resize('100%', '222');
    AP.resize('70%', '111px');
  }),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'resizes to nonsense', ({ AP }) => AP.env.resize('wide', undefined)),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'measures', ({ AP, note }) => {
    note('size', AP.size());
    note('size of a width', AP.size(10));
    note('size of both', AP.size(10, 20));
    note('container', AP.container() === document.body);
  }),
  app('page', 'resizes to what it measures', ({ AP }) => AP.resize()),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'may not take the whole page', ({ AP }) => AP.env.sizeToParent(true)),
  host('looks', ({ sizes, note, iframe }) => {
    sizes('page');
    note('classes', iframe('page').className);
  }),
  app('full', 'takes the whole page', ({ AP }) => AP.env.sizeToParent(true)),
  host('looks', ({ sizes, note, iframe, look }) => {
    note('classes', iframe('full').className);
    note('width', iframe('full').style.width);
    note('footer', look('#footer').length);
  }),
  app('full', 'resizes in vain', ({ AP }) => AP.env.resize('10px', '10px')),
  host('looks', ({ note, iframe }) => note('width', iframe('full').style.width)),
  app('full', 'hides the footer', ({ AP }) => {
    AP.env.hideFooter(false);
    AP.env.hideFooter(true);
  }),
  host('looks', ({ note, look }) => note('footer', look('#footer').length)),
]);

scene('measures', { frames: [
  { key: 'page', page: { body: '<div id="content" style="height: 77px; margin: 5px 0 6px">x</div>' } },
  { key: 'pixels', options: { widthinpx: true }, page: { body: '<div class="ac-content" style="width: 123px; height: 45px">x</div>' } },
] }, [
  app('page', 'measures its content', ({ AP, note }) => note('size', AP.size(), AP.container().id)),
  app('pixels', 'measures in pixels', ({ AP, note }) => note('size', AP.size(), AP.container().className)),
  app('page', 'measures another element', ({ AP, note }) => note('size', AP.size(undefined, undefined, document.body))),
]);

// resized changes the height of the content and waits until a browser has drawn it: what notices such a
// change is told when it is drawn.
const resized = async (height) => {
  document.querySelector('p').style.height = height;
  for (let frames = 0; frames < 3; frames += 1) {
    await new Promise(requestAnimationFrame);
  }
};

scene('auto-resize', { frames: [
  { key: 'page', options: { autoresize: true }, page: { body: '<div id="content"><p style="height: 60px; margin: 0">x</p></div>' } },
  { key: 'off', options: { autoresize: true }, page: { options: 'resize:false' } },
] }, [
  host('looks', ({ sizes }) => {
    sizes('page');
    sizes('off');
  }),
  app('page', 'grows', () => resized('400px')),
  host('looks', ({ sizes }) => sizes('page')),
  app('page', 'shrinks', () => resized('90px')),
  host('looks', ({ sizes }) => sizes('page')),
]);

const optionScene = (name, settings, steps = []) => scene(name, settings, [
  app('page', 'looks at itself', ({ note }) => {
    note('margin', document.body.style.margin, document.body.style.getPropertyPriority('margin'));
    note('base', [...document.querySelectorAll('base')].map((base) => [base.getAttribute('href'), base.target]));
  }),
  host('looks', ({ note, iframe, look }) => {
    note('classes', iframe('page').className);
    note('footer', look('#footer').length);
  }),
  ...steps,
]);

optionScene('option-none', { frames: [{ key: 'page' }] });
optionScene('option-size-to-parent', { frames: [{ key: 'page', options: { isFullPage: true }, page: { options: 'sizeToParent:true;hideFooter:true' } }] });
optionScene('option-hide-footer', { frames: [{ key: 'page', page: { options: ' hideFooter : true ; ' } }] });
optionScene('option-base', { frames: [{ key: 'page', page: { options: 'base:true;margin:false' } }] });
optionScene('option-element', { frames: [{ key: 'page', page: { head: '<meta id="ac-iframe-options" data-options="hideFooter:true;margin:false">', options: 'margin:true' } }] });
optionScene('option-value-with-colon', { frames: [{ key: 'page', page: { options: 'margin:false:true' } }] });
// The options count only where the address of all.js is one of the product's.
optionScene('option-elsewhere', { frames: [{ key: 'page', page: { options: 'margin:false;hideFooter:true', library: '/vendor/library.js' } }] });
// An entry without a colon breaks all.js when it looks at its options: there is no AP.
scene('option-broken', { frames: [{ key: 'page', page: { options: 'hideFooter' } }], loading({ AP, note }) { note('AP', typeof AP); } }, []);

// What every page does by itself, and what an app finds when all.js has run.

scene('load', {
  frames: [{ key: 'page' }, { key: 'panel' }, { addon: 'other', key: 'page' }],
  loading({ AP, note, watch, heard }) {
    // Calls made while the script is read arrive after init.
    note('version', AP._version);
    watch('getToken while loading', AP.context.getToken());
    AP.user.getTimeZone(heard('getTimeZone while loading'));
  },
}, [
  app('page', 'reads its name', ({ note }) => {
    const name = JSON.parse(window.name);
    note('members', Object.keys(name));
    note('origin', name.origin);
    note('options', name.options);
    // What a member is called and what it is. The names of its parameters are noted apart, for they are
    // those that a bundler left.
    const members = (of, show) => Object.fromEntries(Object.entries(of).map(([key, spec]) => [key, spec.args ? show(spec) : members(spec, show)]));
    for (const module of Object.keys(name.api).sort()) {
      note(`api ${module}`, members(name.api[module], ({ returnsPromise }) => returnsPromise));
      note(`parameters ${module}`, members(name.api[module], ({ args }) => args.filter((arg) => arg !== 'callback').join()));
    }
  }),
  host('looks at the frame', ({ note, iframe }) => {
    const element = iframe('page');
    const names = [...element.attributes].map((one) => one.name).filter((name) => !['style', 'name', 'title'].includes(name)).sort();
    note('attributes', Object.fromEntries(names.map((name) => [name, element.getAttribute(name)])));
    note('container', element.parentElement.id, element.parentElement.classList.contains('ap-iframe-container'), element.parentElement.firstChild === element);
    note('indicator', [...document.querySelectorAll('.ap-status-indicator')].map((one) => one.style.display));
  }),
]);

// An app that never says init is called unresponsive after 12 seconds; one that has said it is not.
scene('loading-indicator', { frames: [{ key: 'page' }, { key: 'silent', page: { silent: 'yes' } }] }, [
  host('looks', ({ note, look }) => note('indicators', look('.ap-status-indicator').map((one) => one.textContent.trim()))),
  later(4),
  host('looks', ({ note, look }) => note('timeouts', look('.ap-load-timeout').length)),
  later(9),
  host('looks', ({ note, look }) => note('timeouts', look('.ap-load-timeout').length, look('.ap-btn-cancel').map((one) => one.textContent))),
  host('cancels', ({ press }) => press('cancel')),
  host('looks', ({ note, look }) => note('indicators', look('.ap-status-indicator').map((one) => one.textContent.trim()))),
]);

// Two script tags of all.js mean that neither's options count.
scene('all-js-twice', { frames: [{ key: 'page', page: { twice: 'yes', options: 'margin:false' } }] }, [
  app('page', 'looks at itself', ({ note }) => note('margin', document.body.style.margin)),
  app('page', 'calls', ({ AP, heard }) => AP.user.getTimeZone(heard('getTimeZone'))),
]);

// A sandbox keeps the tokens that the browser knows.
scene('sandbox', { frames: [{ key: 'page', options: { sandbox: 'allow-scripts allow-same-origin allow-nothing-at-all allow-forms', height: '50%', width: 300 } }] }, [
  host('looks', ({ note, iframe }) => note('attributes', ['sandbox', 'width', 'height'].map((name) => iframe('page').getAttribute(name)))),
  app('page', 'calls', ({ AP, watch }) => watch('getToken', AP.context.getToken())),
]);

// Without allow-same-origin the origin is null, and no message is taken.
scene('sandbox-without-origin', { frames: [{ key: 'page', options: { sandbox: 'allow-scripts' } }] }, [
  host('looks', ({ note, look }) => note('indicators', look('.ap-status-indicator').length)),
]);

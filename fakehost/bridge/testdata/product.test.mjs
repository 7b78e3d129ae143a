// What the product's own modules do: macros, properties, menus, and the functions that stay in the app.
// Run by TestBehaviour with the paths of host.js and all.js. What needs a real page is in
// harness/pagetest.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { runAll } from './run.mjs';
import { World } from './world.mjs';

const [hostJS, allJS] = process.argv.slice(2).map((path) => fs.readFileSync(path, 'utf8'));
const tests = {};

// open opens a page of Confluence with a macro's frame on it; classifier says which frame of it.
async function open({ product = 'confluence', classifier, macro = {}, config = {} } = {}) {
  const world = new World(hostJS, allJS, {
    config: { product, ...config, extensions: [{
      addon_key: 'app', key: 'map', extension_id: 'app__map__1', url: 'http://127.0.0.1:2/page',
      macro: { content: '7', id: 'm', params: { city: 'Rome' }, body: 'Text', ...macro },
      options: { globalOptions: {}, hostOrigin: 'http://localhost:1', contentClassifier: classifier, productContext: { 'content.id': '7' }, structuredContext: { seed: true } },
    }] },
  });
  world.calls = [];
  const journal = world.fetch.bind(world);
  world.fetch = async (url, init) => {
    if (url === '/_standin/journal' || url.includes('/plugins/servlet/')) return journal(url, init);
    world.calls.push([init.method || 'GET', url.replace('http://localhost:1', ''), init.body && JSON.parse(init.body)]);
    return { json: async () => ({}), ...world.answer(world.answers ? world.answers(url, init) : {}, world.status || 200) };
  };
  await world.settle();
  return { world, frame: world.frames[0], AP: world.frames[0].realm.AP, page: world.host.document.documentElement };
}

const refusals = (world) => world.kinds('refused').map(({ call, text }) => [call, text.split(': ')[1]]);

tests['a macro is saved as texts, and told to every frame of it'] = async () => {
  const { world, AP } = await open({ classifier: 'editor' });
  AP.confluence.saveMacro({ zoom: 4, city: 'Oslo', none: null, on: true });
  AP.confluence.saveMacro({}, 'New');
  await world.settle();
  assert.deepEqual(world.calls, [
    ['POST', '/_standin/macro', { addonKey: 'app', key: 'map', content: '7', macro: 'm', params: { zoom: '4', city: 'Oslo', on: 'true' } }],
    ['POST', '/_standin/macro', { addonKey: 'app', key: 'map', content: '7', macro: 'm', params: {}, body: 'New' }],
  ]);
  const [data, body] = await Promise.all(['getMacroData', 'getMacroBody'].map((name) => new Promise((done) => { AP.confluence[name](done); })));
  assert.deepEqual([{ ...data }, body], [{}, 'New']);
};

tests['a call that makes no sense on the page is refused and never answered'] = async () => {
  const { world, AP } = await open();
  let answered = 0;
  const answer = () => { answered += 1; };
  AP.confluence.saveMacro({ city: 'Oslo' });
  AP.confluence.closeMacroEditor();
  AP.confluence.getContentProperty('', answer);
  const editor = AP.customContent.getEditComponent();
  editor.intercept('confluence.customcontent.submit');
  editor.submitCallback('x');
  await world.settle();
  assert.deepEqual(refusals(world), [
    ['confluence.saveMacro', 'no macro is being edited in this frame'],
    ['confluence.closeMacroEditor', 'no macro editor is open'],
    ['confluence.getContentProperty', 'there is no key'],
    ['customContent.intercept', 'no custom content is being edited'],
    ['customContent.submitCallback', 'nobody waits for this answer'],
  ]);
  assert.equal(answered, 0);
  assert.deepEqual(world.calls, []);
};

tests['Jira refuses what belongs to another page'] = async () => {
  const { world, AP } = await open({ product: 'jira' });
  AP.jira.refreshIssuePage();
  AP.jira.setDashboardItemTitle('x');
  AP.jira.getWorkflowConfiguration(() => assert.fail('answered'));
  AP.jira.WorkflowConfiguration.trigger();
  AP.dropdown.showAt('none', 1, 2);
  const editable = await new Promise((done) => { AP.jira.isDashboardItemEditable(done); });
  await world.settle();
  assert.equal(editable, false);
  assert.deepEqual(refusals(world).map(([call]) => call),
    ['jira.refreshIssuePage', 'jira.setDashboardItemTitle', 'jira.getWorkflowConfiguration', 'jira._submitWorkflowConfigurationResponse', 'dropdown.showAt']);
};

tests['presses of a panel\'s controls wait for the app to listen, ten of them'] = async () => {
  const { world, AP, page } = await open({ classifier: 'property-panel', macro: { controls: [{ key: 'grow', name: 'Grow' }] } });
  const control = page.all().find((one) => one.textContent === 'Grow');
  for (let i = 0; i < 12; i += 1) control.click();
  let heard = 0;
  AP.confluence.onMacroPropertyPanelEvent({ 'click.grow.map.macro.property-panel': () => { heard += 1; } });
  await world.settle();
  assert.equal(heard, 10);
  control.click();
  await world.settle();
  assert.equal(heard, 11);
};

tests['a property is asked of REST, and a byline item shows it'] = async () => {
  const { world, AP, page } = await open({ config: { triggers: [{ button: 'b', property: 'k', extension: {} }] } });
  const button = world.host.realm.document.createElement('button');
  button.id = 'b';
  page.append(button);
  world.answers = (url, init) => ({ key: 'k', value: { name: { value: 'New name' }, tooltip: { value: 'Tip' } }, version: { number: init.method === 'PUT' ? 2 : 1 } });
  const property = await new Promise((done) => { AP.confluence.getContentProperty('k', done); });
  assert.equal(property.version.number, 1);
  assert.equal(button.textContent, '');
  const { property: set } = await new Promise((done) => { AP.confluence.setContentProperty({ key: 'k', value: 'x', version: { number: 2 }, id: 'not sent' }, done); });
  assert.equal(set.version.number, 2);
  await world.settle();
  assert.deepEqual([button.textContent, button.getAttribute('title')], ['New name', 'Tip']);
  assert.deepEqual(world.calls, [
    ['GET', '/rest/api/content/7/property/k', undefined],
    ['PUT', '/rest/api/content/7/property/k', { key: 'k', value: 'x', version: { number: 2 } }],
  ]);
  world.status = 409;
  world.answers = () => ({ statusCode: 409, message: 'too late' });
  const refused = await new Promise((done) => { AP.confluence.setContentProperty({ key: 'k', value: 'x' }, done); });
  assert.deepEqual({ ...refused }, { error: 'too late' });
  const none = await new Promise((done) => { AP.confluence.getContentProperty('k', (...values) => done(values)); });
  assert.deepEqual([...none], [undefined]);
};

tests['a callback may stand before the options, and a listener within them'] = async () => {
  const { world, AP } = await open({ product: 'jira' });
  AP.jira.openIssueDialog('A-1', () => {});
  AP.jira.showJQLEditor(() => {}, { jql: 'x' });
  AP.jira.openDatePicker({ position: { top: 1, left: 2 }, onSelect() {} });
  await world.settle();
  const asked = Object.fromEntries(world.kinds('call').map(({ call, args }) => [call, args]));
  assert.deepEqual([asked['jira.openIssueDialog'], asked['jira.showJQLEditor'], asked['jira.openDatePicker']],
    [['A-1'], [{ jql: 'x' }], [{ position: { top: 1, left: 2 } }]]);
};

tests['a workflow function is saved when the app says that it is valid'] = async () => {
  const { world, AP } = await open({ product: 'jira', config: { workflow: { config: 'old' } } });
  AP.jira.WorkflowConfiguration.onSaveValidation(() => false);
  AP.jira.WorkflowConfiguration.onSave(() => ({ toString: () => 'new' }));
  assert.deepEqual({ ...AP.jira.WorkflowConfiguration.trigger() }, { valid: false, value: undefined });
  AP.jira.WorkflowConfiguration.onSaveValidation(() => true);
  assert.deepEqual({ ...AP.jira.WorkflowConfiguration.trigger() }, { valid: true, value: 'new' });
  const configuration = await new Promise((done) => { AP.jira.getWorkflowConfiguration(done); });
  assert.equal(`${configuration}`, 'old');
  assert.equal(typeof configuration.onSave, 'function');
  await world.settle();
  assert.deepEqual(world.calls, [], 'nobody pressed the button');
};

tests['a menu with an odd item is not made'] = async () => {
  const { world, AP } = await open({ product: 'jira' });
  AP.dropdown.create({ dropdownId: 'd', list: [{ list: ['fine', { nothing: 1 }] }] });
  AP.dropdown.showAt('d', 0, 0);
  await world.settle();
  assert.match(world.host.log.join('\n'), /a dropdown item is a text/);
  assert.deepEqual(refusals(world), [['dropdown.showAt', 'there is no dropdown of this id']]);
};

tests['a theme is the page\'s own, and a change is told to those who asked'] = async () => {
  const { world, AP, frame } = await open({ product: 'jira' });
  const root = frame.document.documentElement;
  const { setTheme } = world.host.realm.standinHost;
  const theme = () => [root.getAttribute('data-theme'), root.getAttribute('data-color-mode')];
  root.removeAttribute = (name) => { delete root.attributes[name]; };
  world.host.document.documentElement.removeAttribute = (name) => { delete world.host.document.documentElement.attributes[name]; };
  setTheme('dark');
  world.host.mutated();
  await world.settle();
  assert.deepEqual(theme(), [null, null], 'nobody asked');
  AP.theming.initializeTheming();
  await world.settle();
  assert.deepEqual(theme(), ['dark:dark light:light spacing:spacing', 'dark']);
  setTheme('light');
  world.host.mutated();
  await world.settle();
  assert.deepEqual(theme(), ['dark:dark light:light spacing:spacing', 'light']);
  setTheme('');
  world.host.mutated();
  await world.settle();
  assert.deepEqual(theme(), [null, null]);
};

await runAll(tests);

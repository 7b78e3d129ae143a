// The smaller modules.

scene('user', { frames: [{ key: 'page' }] }, [
  app('page', 'asks who is there', ({ AP, heard, note }) => {
    AP.user.getUser(heard('getUser'));
    AP.user.getCurrentUser(heard('getCurrentUser'));
    AP.user.getTimeZone(heard('getTimeZone'));
    AP.user.getLocale(heard('getLocale'));
    note('without a callback', AP.user.getCurrentUser());
  }),
]);

scene('cookies', { frames: [{ key: 'page' }, { addon: 'other', key: 'page' }] }, [
  app('page', 'saves', ({ AP, note }) => {
    note('save returned', AP.cookie.save('colour', 'blue; green', 1));
    AP.cookie.save('', 'nameless', 1);
  }),
  host('looks', ({ note }) => note('cookies', document.cookie)),
  app('page', 'reads', ({ AP, heard }) => {
    AP.cookie.read('colour', heard('read'));
    AP.cookie.read('taste', heard('read of none'));
    AP.cookie.read('', heard('read without a name'));
  }),
  app('other/page', 'reads those of another app', ({ AP, heard }) => AP.cookie.read('colour', heard('read'))),
  app('page', 'erases', ({ AP, heard }) => {
    AP.cookie.erase('colour');
    AP.cookie.read('colour', heard('read'));
  }),
  host('looks', ({ note }) => note('cookies', document.cookie)),
]);

scene('page', { frames: [{ key: 'page' }, { key: 'full', options: { isFullPage: true }, page: { body: '<div style="height: 3000px">tall</div>' } }] }, [
  app('page', 'may not set the title', ({ AP }) => AP.page.setTitle('Mine')),
  host('looks', ({ note }) => note('title', document.title)),
  app('full', 'sets the title', ({ AP }) => AP.page.setTitle('Mine')),
  host('looks', ({ note }) => note('title', document.title)),
  app('page', 'asks for the position in vain', ({ AP, heard }) => AP.scrollPosition.getPosition(heard('getPosition'))),
  app('full', 'asks for the position', ({ AP, heard }) => {
    AP.resize('100%', '3000px');
    AP.scrollPosition.getPosition(heard('getPosition'));
  }),
  app('full', 'listens and scrolls down', ({ AP, heard }) => {
    AP.events.on('scroll.nearTop', heard('nearTop'));
    AP.events.on('scroll.nearBottom', heard('nearBottom'));
    AP.scrollPosition.setVerticalPosition(1000);
  }),
  app('full', 'asks for the position', ({ AP, heard }) => AP.scrollPosition.getPosition(heard('getPosition'))),
  app('full', 'scrolls to the end', ({ AP }) => AP.scrollPosition.setVerticalPosition(5000)),
  app('full', 'scrolls to the top', ({ AP }) => AP.scrollPosition.setVerticalPosition(-100)),
  app('full', 'scrolls to a word', ({ AP }) => AP.scrollPosition.setVerticalPosition('far')),
  app('page', 'asks for the selection and gives the focus back', ({ AP, heard, note }) => {
    AP.host.getSelectedText(heard('getSelectedText'));
    note('focus returned', AP.host.focus());
  }),
  app('page', 'hides an inline dialog that there is not', ({ AP }) => AP.inlineDialog.hide()),
]);

scene('navigator', { frames: [{ key: 'page' }] }, [
  app('page', 'goes to an issue', ({ AP, note }) => note('go returned', AP.navigator.go('issue', { issueKey: 'ABC-1' }))),
  app('page', 'goes to a dashboard', ({ AP }) => AP.navigator.go('dashboard', { dashboardId: 10 })),
  app('page', 'goes to a module of its own', ({ AP }) => AP.navigator.go('addonModule', { moduleKey: 'other', customData: { a: 'b c', n: 1 } })),
  app('page', 'goes to a module in small letters', ({ AP }) => AP.navigator.go('addonmodule', { addonKey: 'else', moduleKey: 'other' })),
  app('page', 'goes somewhere on the site', ({ AP }) => AP.navigator.go('site', { relativeUrl: '/some/where?x=1' })),
  app('page', 'reloads', ({ AP }) => AP.navigator.reload()),
]);

scene('request', { frames: [{ key: 'page' }] }, [
  app('page', 'reads', async ({ AP, watch }) => {
    const first = AP.request('/rest/echo?a=1');
    watch('GET', first);
    await first;
    watch('GET by an object', AP.request({ url: '/rest/echo' }));
  }),
  app('page', 'sends', ({ AP, watch }) => watch('POST', AP.request('/rest/echo', { type: 'POST', data: 'x', contentType: 'text/plain' }))),
  app('page', 'finds nothing', ({ AP, watch }) => watch('404', AP.request('/rest/missing'))),
  app('page', 'asks with callbacks in the options', async ({ AP, watch, heard }) => {
    const first = AP.request('/rest/echo', { success: heard('success') });
    watch('with success', first);
    await first;
    watch('with error', AP.request({ url: '/rest/missing', error: heard('error') }));
  }),
  app('page', 'asks with a callback', ({ AP, heard, note }) => note('returned', AP.request('/rest/echo', {}, heard('callback')))),
]);

scene('jira', { frames: [{ key: 'page' }] }, [
  app('page', 'asks', ({ AP, heard, note }) => {
    AP.jira.isNativeApp(heard('isNativeApp'));
    AP.jira.isDashboardItemEditable(heard('isDashboardItemEditable'));
    note('refreshIssuePage returned', AP.jira.refreshIssuePage());
  }),
  app('page', 'asks for a dropdown', ({ AP, heard, note }) => {
    note('create returned', AP.dropdown.create({ dropdownId: 'd', list: [{ heading: 'h', list: ['one', { text: 'two', itemId: '2' }] }] }));
    AP.dropdown.showAt('d', 1, 2, 3);
    AP.dropdown.hide('d');
    AP.dropdown.itemDisable('d', '2');
    AP.dropdown.itemEnable('d', '2');
  }),
]);

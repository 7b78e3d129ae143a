// AP.history and the address of the product page.

scene('history', { frames: [{ key: 'page', options: { isFullPage: true } }] }, [
  app('page', 'asks for the state', ({ AP, heard }) => {
    AP.history.getState('hash', heard('getState hash'));
    AP.history.getState('all', heard('getState all'));
    AP.history.getState(undefined, heard('getState'));
  }),
  app('page', 'asks for the state without a callback', ({ AP, note }) => note('getState returned', AP.history.getState())),
  app('page', 'pushes', ({ AP, note, heard }) => {
    AP.history.popState(heard('popState'));
    note('pushState returned', AP.history.pushState('one'));
    AP.history.pushState('two and a half');
    AP.history.getState('hash', heard('getState'));
  }),
  host('looks', ({ note }) => note('hash', location.hash)),
  app('page', 'replaces', ({ AP, heard }) => {
    AP.history.replaceState('three');
    AP.history.getState('hash', heard('getState'));
  }),
  host('looks', ({ note }) => note('hash', location.hash)),
  app('page', 'goes back', ({ AP }) => AP.history.back()),
  host('looks', ({ note }) => note('hash', location.hash)),
  app('page', 'goes forward', ({ AP }) => AP.history.forward()),
  app('page', 'goes back by go', ({ AP }) => AP.history.go(-1)),
  host('changes the address', () => { location.hash = '#!by-hand'; }),
  app('page', 'asks at last', ({ AP, heard }) => AP.history.getState('hash', heard('getState'))),
]);

// AP.context: both forms, the cache, what comes of odd arguments.

scene('context', { frames: [{ key: 'page' }, { key: 'panel' }] }, [
  app('page', 'asks with promises', ({ AP, watch }) => {
    watch('getToken', AP.context.getToken());
    watch('getContext', AP.context.getContext());
  }),
  app('panel', 'asks with callbacks', ({ AP, note, heard }) => {
    note('getToken returned', AP.context.getToken(heard('getToken')));
    note('getContext returned', AP.context.getContext(heard('getContext')));
  }),
  app('page', 'asks with arguments that nobody reads', ({ AP, watch, heard, note }) => {
    watch('getToken with words', AP.context.getToken('a', { b: 1 }, null));
    note('getToken with words and a callback returned', AP.context.getToken('a', heard('getToken')));
    watch('getToken with its callback first', AP.context.getToken(heard('never'), 'a'));
  }),
  app('page', 'asks through require and through another name', ({ AP, watch }) => {
    const { getToken } = AP.context;
    watch('detached getToken', getToken());
    AP.require('context', (context) => watch('required getToken', context.getToken()));
    AP.require(['context', 'user'], (context, user) => watch('required getContext', context.getContext(user)));
  }),
  later(31),
  app('page', 'asks twice when the cache is old', async ({ AP, watch }) => {
    watch('first', AP.context.getToken());
    watch('second', AP.context.getToken());
  }),
  app('page', 'asks for the context afterwards', ({ AP, watch }) => watch('getContext', AP.context.getContext())),
]);

// AP.history, the part that stays in the frame: the state that is known without asking, and a popState
// callback that lives longer than the one answer that the wire allows it.

function attachHistory(AP) {
  const { history } = AP;
  if (!history) {
    return;
  }
  let known = plain(options.history).state || '';
  const { pushState, replaceState, getState, popState } = history;
  history.pushState = (state, ...rest) => {
    known = typeof rest[1] === 'string' ? rest[1] : state;
    return pushState(state, ...rest);
  };
  history.replaceState = (url) => {
    known = url;
    return replaceState(url);
  };
  history.getState = (...args) => {
    if (args.some((argument) => typeof argument === 'function')) {
      return getState(...args);
    }
    return known;
  };
  history.popState = (callback) => {
    const wait = () => popState((event) => {
      wait();
      known = plain(event).newURL;
      callback(event);
    });
    wait();
  };
}

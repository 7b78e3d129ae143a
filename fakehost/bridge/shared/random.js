// randomHex names messages, instances and extensions: up to eight hex digits, as the published
// bridge makes them (simple-xdm 2.3.3, src/common/util.js randomString). It guards nothing.
function randomHex() {
  return Math.floor(Math.random() * 1e9).toString(16);
}

// Runs tests by name, one after the other, and tells which failed.

export async function runAll(tests) {
  let failed = 0;
  for (const [name, run] of Object.entries(tests)) {
    try {
      await run();
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}\n`);
    }
  }
  console.log(`${Object.keys(tests).length - failed} of ${Object.keys(tests).length} behaviours hold`);
  process.exit(failed ? 1 : 0);
}

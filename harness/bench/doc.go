// Package bench measures what a run costs, and holds it against what the same steps cost
// with Playwright. It has benchmarks alone; docs/performance.md has what they said.
package bench

package browser

import "testing"

// Untapped and Bare let the benchmarks of whole scenarios load a page without
// tap and clock.
func Untapped(tb testing.TB, b *Browser, do func()) { b.untapped(tb, do) }

// Bare is a context without the page clock.
func Bare() ContextOptions { return ContextOptions{bare: true} }

// Shared is the browser of this package's tests.
func Shared(tb testing.TB) *Browser { return theBrowser(tb) }

package main

import (
	"strings"
	"testing"
)

// TestRetell: a failure is told with all that it said, what passed is not, what was no
// JSON stands as it is, and of the tests the longest comes first, without those that only
// hold others.
func TestRetell(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	err := retell(strings.NewReader(strings.Join([]string{
		`# does not build`,
		`{"Action":"output","Package":"p/a","Test":"TestX","Output":"=== RUN   TestX\n"}`,
		`{"Action":"output","Package":"p/a","Test":"TestX/one","Output":"    it is wrong\n"}`,
		`{"Action":"fail","Package":"p/a","Test":"TestX/one","Elapsed":2}`,
		`{"Action":"fail","Package":"p/a","Test":"TestX","Elapsed":9}`,
		`{"Action":"output","Package":"p/a","Test":"TestY","Output":"    it is well\n"}`,
		`{"Action":"pass","Package":"p/a","Test":"TestY","Elapsed":3.25}`,
		`{"Action":"output","Package":"p/a","Test":"TestZ","Output":"panic: no\n"}`,
		`{"Action":"output","Package":"p/a","Output":"FAIL\tp/a\t9.1s\n"}`,
		`{"Action":"fail","Package":"p/a","Elapsed":9.1}`,
	}, "\n")), &out)
	const want = `# does not build
    it is wrong
FAIL	p/a	9.1s
p/a TestZ did not end:
panic: no
the slowest of 2 tests:
    3.2 s  a TestY
    2.0 s  a TestX/one
`
	if got := out.String(); err != nil || got != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
}

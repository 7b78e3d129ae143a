package probe

import "testing"

// FuzzCompare: whatever an answer holds, the same again is never taken for another, and
// nothing that it is compared with is too odd.
func FuzzCompare(f *testing.F) {
	for _, seed := range []string{
		`{"ok":true,"data":{"rows":[1,null,{}]},"error":null}`, `[[],""]`, `null`, `{"a":{"a":1}}`, "<title>a</title><p>b", "<script>", "event: a\ndata: b\n\n", ": \r\n\r", "",
	} {
		f.Add([]byte(seed), []byte(`{"ok":false,"data":[],"error":{"code":401}}`))
	}
	f.Fuzz(func(t *testing.T, body, control []byte) {
		for _, kind := range []string{"application/json", "text/html", "text/plain", eventStream} {
			a, b := Answer{Status: 200, Type: kind, body: body}, Answer{Status: 200, Type: kind, body: control}
			for _, loose := range []bool{false, true} {
				a.likeness([]Answer{b}, loose)
				a.likeness([]Answer{b, a, b}, loose)
				if kind == eventStream {
					continue
				}
				if found := compareBodies(kind, body, [][]byte{body, body}, loose); found == other {
					t.Errorf("%s: %q is not like itself", kind, body)
				}
			}
			a.echoes(b)
		}
	})
}

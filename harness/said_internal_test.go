package harness

import "testing"

func TestNewlySaid(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ was, now, want string }{
		{"", "", ""},
		{"up\n", "up\n", ""},
		{"up\n", "up\nError: no such tenant\n", "Error: no such tenant"},
		{"", "1\n2\n3\n4\n5\n6\n7\n", "3\n4\n5\n6\n7"},
		{"what is gone by now\n", "the last\n", "the last"},
		{"1\n2\n3", "2\n3\n4", "4"},
	} {
		if got := newlySaid(tt.was, tt.now); got != tt.want {
			t.Errorf("after %q, %q says %q, want %q", tt.was, tt.now, got, tt.want)
		}
	}
}

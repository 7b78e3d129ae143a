package differential

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIDsAreNamed: ids are random numbers in hexadecimal, of one digit to eight, and each is told
// by what it belongs to; a number that only looks like one stays.
func TestIDsAreNamed(t *testing.T) {
	for _, id := range []string{"7", "1a", "1aa", "404", "1aaf", "3b9ac9ff"} {
		r := newRecorder(&site{appURL: "http://app", hostURL: "http://host"})
		r.add("1 call", []rawRecord{
			{Frame: "panel", List: "said", Value: map[string]any{"type": "req", "mod": "news", "fn": "send", "mid": id, "args": []any{404.0, "1 aaf"}}},
			{Frame: "panel", List: "heard", Value: map[string]any{"type": "resp", "mid": id, "args": []any{}}},
		})
		want := sceneRecord{
			"1 call | panel said":  {`req {args: [404, "1 aaf"], fn: "send", mid: "<panel news.send 1>", mod: "news"}`},
			"1 call | panel heard": {`resp {args: [], mid: "<panel news.send 1>"}`},
		}
		if diff := cmp.Diff(want, r.scene); diff != "" {
			t.Errorf("the id %s (- want, + got)\n%s", id, diff)
		}
	}
}

package fakehost_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
)

// TestContentProperties plays the life of properties by both APIs, which share one
// store: each call in its turn, with what it must answer.
func TestContentProperties(t *testing.T) {
	t.Parallel()
	host, _, _ := installed(t, &fakehost.Server{Product: fakehost.Confluence})
	const page = "/rest/api/content/65537/property"
	const v2 = "/api/v2/pages/65537/properties"
	long := strings.Repeat("x", 256)
	for _, step := range []struct {
		call, body string
		status     int
		path       []any
		want       any
	}{
		{"GET " + page, "", 200, []any{"size"}, 0.0},
		{"GET " + page + "/colour", "", 404, []any{"message"}, "content property colour does not exist on this stand-in"},
		{"POST " + page, `{"key": "colour", "value": {"is": "red"}}`, 200, []any{"version", "number"}, 1.0},
		{"POST " + page, `{"key": "colour", "value": 2}`, 409, []any{"statusCode"}, 409.0},
		{"POST " + page + "/size", `{"value": [1, 2]}`, 200, []any{"key"}, "size"},
		{"GET " + page + "/colour", "", 200, []any{"value", "is"}, "red"},
		{"GET " + page + "?key=size", "", 200, []any{"results", 0, "value", 1}, 2.0},
		{"PUT " + page + "/colour", `{"value": "blue", "version": {"number": 1}}`, 409, []any{"message"}, "the next version of property colour is 2, not 1"},
		{"PUT " + page + "/colour", `{"value": "blue", "version": {"number": 3}}`, 409, []any{"statusCode"}, 409.0},
		{"PUT " + page + "/colour", `{"value": "blue", "version": {"number": 2}}`, 200, []any{"value"}, "blue"},
		{"PUT " + page + "/new", `{"value": true, "version": {"number": 2}}`, 409, []any{"statusCode"}, 409.0},
		{"PUT " + page + "/new", `{"value": true, "version": {"number": 1}}`, 200, []any{"version", "number"}, 1.0},
		{"PUT " + page + "/new", `{"value"`, 400, []any{"statusCode"}, 400.0},
		{"PUT " + page + "/new", `{"version": {"number": 2}}`, 400, []any{"message"}, "a content property has a value"},
		{"POST " + page, `{"value": 1}`, 400, []any{"message"}, "a content property has a key"},
		{"POST " + page + "/" + long, `{"value": 1}`, 400, []any{"statusCode"}, 400.0},
		{"POST " + page + "/big", `{"value": "` + strings.Repeat("x", 33<<10) + `"}`, 400, []any{"statusCode"}, 400.0},
		{"GET " + v2 + "?key=colour", "", 200, []any{"results", 0, "version", "number"}, 2.0},
		{"GET " + v2 + "/90001", "", 200, []any{"value"}, "blue"},
		{"GET " + v2 + "/colour", "", 404, []any{"statusCode"}, 404.0},
		{"GET " + page + "/90001", "", 404, []any{"statusCode"}, 404.0},
		{"PUT " + v2 + "/90001", `{"key": "colour", "value": "green", "version": {"number": 3}}`, 200, []any{"version", "number"}, 3.0},
		{"PUT " + v2 + "/90009", `{"key": "colour", "value": "green", "version": {"number": 1}}`, 404, []any{"statusCode"}, 404.0},
		{"GET " + page + "/colour", "", 200, []any{"value"}, "green"},
		{"POST " + v2, `{"key": "third", "value": null}`, 200, []any{"version", "number"}, 1.0},
		{"DELETE " + v2 + "/90001", "", 204, nil, nil},
		{"DELETE " + v2 + "/90001", "", 404, []any{"statusCode"}, 404.0},
		{"DELETE " + page + "/size", "", 204, nil, nil},
		{"GET " + page, "", 200, []any{"size"}, 2.0},
		{"GET /rest/api/content/1/property", "", 404, []any{"message"}, "content 1 does not exist on this stand-in"},
		{"GET /api/v2/pages/1/properties", "", 404, []any{"statusCode"}, 404.0},
	} {
		method, path, _ := strings.Cut(step.call, " ")
		a := askAsPage(t, host, method, host.BaseURL()+path, step.body)
		var body any
		if a.body != "" {
			if err := json.Unmarshal([]byte(a.body), &body); err != nil {
				t.Fatalf("%s: %v: %s", step.call, err, a.body)
			}
		}
		if got := at(body, step.path...); a.status != step.status || got != step.want {
			t.Errorf("%s: status %d, %v is %v; want %d and %v\n%s", step.call, a.status, step.path, got, step.status, step.want, a.body)
		}
	}
}

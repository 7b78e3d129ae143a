package harness

import (
	"fmt"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// TestCheckShown asks for modules that a display condition hides.
func TestCheckShown(t *testing.T) {
	const never = `"conditions": [{"condition": "user_is_admin", "invert": true}]`
	r := tapped(t)
	for _, tt := range []struct {
		asked, pages string
		module, want string
	}{
		{"", `{"key": "one", "url": "/1"}`, "one", ""},
		{"", `{"key": "one", "url": "/1", %s}, {"key": "two", "url": "/2"}`, "two", ""},
		{"two", `{"key": "one", "url": "/1", %s}, {"key": "two", "url": "/2"}`, "two", ""},
		{"one", `{"key": "one", "url": "/1", %s}, {"key": "two", "url": "/2"}`, "one", "module one is not shown to the person of this run: its condition not user_is_admin does not hold"},
		{"", `{"key": "one", "url": "/1", %s}`, "one", "no module of com.example.items is shown"},
	} {
		pages := tt.pages
		if strings.Contains(pages, "%s") {
			pages = fmt.Sprintf(pages, never)
		}
		app, err := parseModules(`"generalPages": [` + pages + `]`)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.host.Install(t.Context(), app, fakehost.InstallOptions{Mode: fakehost.Skip, ClientKey: "tenant-1", SharedSecret: tapSecret}); err != nil {
			t.Fatal(err)
		}
		r.cfg.Module, r.desc = tt.asked, app
		if r.module, err = app.Module(tt.asked); err != nil {
			t.Fatal(err)
		}
		err = r.checkShown()
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) || r.module.Key != tt.module {
			t.Errorf("%s of %s: module %s, error %v; want %s and %q", tt.asked, pages, r.module.Key, err, tt.module, tt.want)
		}
	}
}

// parseModules is the descriptor of an app with these modules.
func parseModules(modules string) (*descriptor.Descriptor, error) {
	return descriptor.Parse([]byte(`{"key": "com.example.items", "baseUrl": "http://localhost:3000", "authentication": {"type": "jwt"},
		"lifecycle": {"installed": "/installed"}, "modules": {`+modules+`}}`), "http://localhost:3000/atlassian-connect.json")
}

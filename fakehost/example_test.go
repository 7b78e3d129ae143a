package fakehost_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/standin-dev/standin/fakehost"
	"github.com/standin-dev/standin/fakehost/clock"
	"github.com/standin-dev/standin/fakehost/descriptor"
)

// A host installs an app, says where its page is, and moves on by more than a
// token lives, without waiting.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var app *httptest.Server
	app = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/atlassian-connect.json" {
			fmt.Fprintf(w, `{"key": "com.example.app", "name": "Example", "baseUrl": %q,
				"authentication": {"type": "jwt"}, "lifecycle": {"installed": "/installed"},
				"modules": {"generalPages": [{"key": "home", "url": "/home", "name": {"value": "Home"}}]}}`, app.URL)
		}
	}))
	defer app.Close()

	var host fakehost.Server
	if err := host.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer host.Close()
	d, err := descriptor.Fetch(ctx, app.Client(), app.URL)
	if err != nil {
		fmt.Println(err)
		return
	}
	tenant, err := host.Install(ctx, d, fakehost.InstallOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	module, err := d.Module("")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tenant.Product, strings.TrimPrefix(host.PageURL(module), host.Origin()))
	host.Time().Advance(16*time.Minute, clock.Sleep)
	fmt.Println(host.Time().Offset())
	// Output:
	// jira /plugins/servlet/ac/com.example.app/home
	// 16m0s
}

package descriptor_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fakehost/descriptor"
)

const (
	bitbucket = `{"key": "bb", "name": "BB", "baseUrl": "http://localhost:3000", "authentication": {"type": "jwt"}, "contexts": ["account"],
		"lifecycle": {"installed": "/installed"}, "scopes": ["account", "repository"], "modules": {"webhooks": [{"event": "*", "url": "/webhook"}],
		"webItem": [{"key": "item", "url": "https://example.com?repoUuid={repository.uuid}", "location": "org.bitbucket.repository.navigation"}]}}`
	hipchat = `{"name": "HC", "key": "hc", "description": "d", "links": {"self": "http://localhost:3000/capabilities.json"},
		"capabilities": {"hipchatApiConsumer": {"scopes": ["send_notification"]}, "installable": {"callbackUrl": "http://localhost:3000/installable"}}}`
	plugin = "\ufeff<?xml version=\"1.0\"?>\n<atlassian-plugin key=\"p\" name=\"P\" plugins-version=\"2\"></atlassian-plugin>"
)

// Descriptors of other products are named as what they are.
func TestForeignDescriptors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, text, want string }{
		{"contexts", bitbucket, "is a Bitbucket Connect descriptor (its contexts are account)"},
		{"personal", `{"contexts": ["personal"], "capabilities": 1}`, "is a Bitbucket Connect descriptor (its contexts are personal)"},
		{"OAuth consumer", `{"key": "k", "modules": {"oauthConsumer": {"clientId": "x"}}}`, "is a Bitbucket Connect descriptor (it has modules of the type oauthConsumer)"},
		{"repository page", `{"key": "k", "contexts": {}, "modules": {"repoPage": [{"key": "p"}]}}`, "is a Bitbucket Connect descriptor (it has modules of the type repoPage)"},
		{"HipChat", hipchat, "is a HipChat capabilities descriptor (it has capabilities and no modules)"},
		{"plugin", plugin, "is the plugin descriptor (atlassian-plugin.xml) of a Server or Data Center app"},
	} {
		_, err := descriptor.Parse([]byte(test.text), "http://localhost:3000/atlassian-connect.json")
		if !errors.Is(err, descriptor.ErrForeign) || !errors.Is(err, descriptor.ErrInvalid) {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		for _, want := range []string{"http://localhost:3000/atlassian-connect.json " + test.want, "standin plays Jira and Confluence Cloud"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %s", test.name, err, want)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: more than one line: %v", test.name, err)
		}
	}
	for _, own := range []string{
		`{"key": "k", "contexts": ["elsewhere"]}`, `{"capabilities": ["x"]}`, `{"capabilities": {"a": 1}, "modules": {}}`,
		`{"modules": {"webPanels": []}}`, "<html><title>atlassian-plugin</title></html>", "not JSON", "[]", "",
	} {
		if _, err := descriptor.Parse([]byte(own), ""); errors.Is(err, descriptor.ErrForeign) {
			t.Errorf("%q: %v", own, err)
		}
	}
}

// A plugin descriptor that is named by its own address is read there.
func TestFetchForeign(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/atlassian-plugin.xml" {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(plugin))
	}))
	defer server.Close()
	_, err := descriptor.Fetch(t.Context(), nil, server.URL+"/atlassian-plugin.xml")
	if !errors.Is(err, descriptor.ErrForeign) || !strings.Contains(err.Error(), server.URL+"/atlassian-plugin.xml is the plugin descriptor") {
		t.Errorf("error %v", err)
	}
}

package fakehost

import (
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
)

// asksHTML reports whether the content resolver is asked for a piece of a page
// instead of data (P2 content-resolver.js: the classifiers raw and property-panel).
// One that is not named is data, as all of today's callers name it.
func asksHTML(form url.Values) bool {
	classifier := form.Get("classifier")
	return classifier == "raw" || classifier == viewPanel
}

// bootstrap is what the product's server prints into a page for each module, by
// the names and in the order of captured pages.
type bootstrap struct {
	AddonKey          string          `json:"addon_key"`
	UniqueKey         string          `json:"uniqueKey"`
	Key               string          `json:"key"`
	ModuleType        string          `json:"moduleType"`
	ModuleLocation    string          `json:"moduleLocation"`
	ContextPath       string          `json:"cp"`
	General           string          `json:"general"`
	Width             string          `json:"w"`
	Height            string          `json:"h"`
	URL               string          `json:"url"`
	ContextJWT        string          `json:"contextJwt,omitempty"`
	StructuredContext string          `json:"structuredContext"`
	ContentClassifier string          `json:"contentClassifier"`
	ProductContext    string          `json:"productCtx"`
	TimeZone          string          `json:"timeZone"`
	Origin            string          `json:"origin"`
	HostOrigin        string          `json:"hostOrigin"`
	Sandbox           string          `json:"sandbox"`
	APIMigrations     map[string]bool `json:"apiMigrations,omitempty"`
}

// fragment is the element that such a piece is, and the data in it.
var fragment = template.Must(template.New("fragment").Parse(
	`<div class="ap-container" id="ap-{{.Key}}">
<div class="ap-content" id="embedded-{{.Key}}">
<script class="ap-iframe-body-script" type="application/json">{{.Data}}</script>
</div>
</div>
`))

// writeFragment answers an extension as a piece of a page.
func (s *Server) writeFragment(w http.ResponseWriter, r *http.Request, e *extension) {
	o := e.Options
	structured, err := json.Marshal(o.StructuredContext)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	vars, err := json.Marshal(o.ProductContext)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	b := bootstrap{
		AddonKey: e.AddonKey, UniqueKey: e.ExtensionID, Key: e.Key, ModuleType: e.ModuleType, ModuleLocation: o.ModuleLocation,
		ContextPath: o.ContextPath, Width: o.Width, Height: o.Height, URL: e.URL, ContextJWT: o.ContextJWT,
		StructuredContext: string(structured), ContentClassifier: r.PostForm.Get("classifier"), ProductContext: string(vars),
		Origin: o.Origin, HostOrigin: o.HostOrigin, Sandbox: o.Sandbox, APIMigrations: o.APIMigrations,
	}
	if o.IsFullPage {
		b.General = "1"
	}
	if o.User != nil {
		b.TimeZone = o.User.TimeZone
	}
	data, err := json.Marshal(b)
	if err != nil {
		s.failPage(w, r, err)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	_ = fragment.Execute(w, struct {
		Key  string
		Data template.JS
	}{e.ExtensionID, template.JS(data)})
}

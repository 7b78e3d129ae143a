package timeline

import (
	"net/url"
	"strings"
)

// ParseURL reads the URL of a request or a page as a browser writes it. Unlike
// url.Parse, it lets a percent sign that encodes nothing stand for itself (WHATWG
// URL, path and fragment state): such a URL is one like any other.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err == nil {
		return u, nil
	}
	before, fragment, _ := strings.Cut(raw, "#")
	path, query, _ := strings.Cut(before, "?")
	if u, err = url.Parse(path); err != nil {
		var again error
		if u, again = url.Parse(strings.ReplaceAll(path, "%", "%25")); again != nil {
			return nil, err
		}
	}
	u.RawQuery, u.Fragment = query, fragment
	return u, nil
}

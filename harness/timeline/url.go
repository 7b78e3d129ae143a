package timeline

import (
	"net/url"
	"strings"
)

// ParseURL reads the URL of a request as a browser sends it. Unlike url.Parse, it
// lets a percent sign in the path that encodes nothing stand for itself (WHATWG
// URL, path state): such a request is one like any other.
func ParseURL(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err == nil {
		return u, nil
	}
	end := strings.IndexAny(raw, "?#")
	if end < 0 {
		end = len(raw)
	}
	if u, again := url.Parse(strings.ReplaceAll(raw[:end], "%", "%25") + raw[end:]); again == nil {
		return u, nil
	}
	return nil, err
}

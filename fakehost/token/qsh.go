package token

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf16"
)

// QSH is the query string hash of a request: the SHA-256 of its canonical form, in 64 hex digits. It is not keyed; what protects
// it is the signature of the token that carries it. For the parameters see Canonical.
func QSH(method, rawURL, baseURL string) (string, error) {
	canonical, err := Canonical(method, rawURL, baseURL)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(canonical))
	return hex.EncodeToString(sum[:]), nil
}

// Canonical is the canonical form of a request, METHOD&path&query, as atlassian-jwt 2.0.3 makes it (dist/lib/jwt.js).
//
// The URL may be absolute or begin with its path. The path of baseURL, which is the app's, is cut off as a plain prefix of
// characters: /app also cuts /application, as it does in production. An empty baseURL cuts nothing. The query loses jwt.
func Canonical(method, rawURL, baseURL string) (string, error) {
	if method == "" {
		return "", errors.New("token: qsh: the method is empty; pass GET or the like")
	}
	path, query, err := splitURL(rawURL)
	if err != nil {
		return "", fmt.Errorf("token: qsh: URL: %w", err)
	}
	base := ""
	if baseURL != "" {
		if base, _, err = splitURL(baseURL); err != nil {
			return "", fmt.Errorf("token: qsh: base URL: %w", err)
		}
	}
	return strings.ToUpper(method) + "&" + canonicalPath(path, base) + "&" + canonicalQuery(query), nil
}

// splitURL gives the path, still percent-encoded, and the raw query of an absolute URL or of one that begins with its path.
// It does not use url.Parse, which refuses percent signs that servers let pass and does not keep the path as it was written.
func splitURL(raw string) (path, query string, err error) {
	for i := range len(raw) {
		if raw[i] < ' ' || raw[i] == 0x7f {
			return "", "", fmt.Errorf("%q holds a control character at %d; percent-encode it", raw, i)
		}
	}
	raw, _, _ = strings.Cut(raw, "#")
	rest, query, _ := strings.Cut(raw, "?")
	scheme, afterScheme, absolute := strings.Cut(rest, "://")
	if !absolute || strings.Contains(scheme, "/") {
		return escapePath(rest), query, nil
	}
	if slash := strings.IndexByte(afterScheme, '/'); slash >= 0 {
		return escapePath(afterScheme[slash:]), query, nil
	}
	return "", query, nil
}

// escapePath encodes what a browser never leaves bare in the path of a request (WHATWG URL, path percent-encode set).
func escapePath(path string) string {
	return escape(path, func(c byte) bool {
		return c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>^`{}", c) >= 0
	})
}

func canonicalPath(path, base string) string {
	path = strings.TrimPrefix(path, base)
	path = strings.ReplaceAll(path, "&", "%26")
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

func canonicalQuery(query string) string {
	values := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = unescape(name)
		// The token is not part of what it signs. __proto__ is dropped by the JavaScript implementation, for its own safety.
		if name == "jwt" || name == "__proto__" {
			continue
		}
		values[name] = append(values[name], unescape(value))
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.SortFunc(names, compareUTF16)
	pairs := make([]string, 0, len(names))
	for _, name := range names {
		slices.SortFunc(values[name], compareUTF16)
		encoded := make([]string, len(values[name]))
		for i, value := range values[name] {
			encoded[i] = escapeStrict(value)
		}
		pairs = append(pairs, escapeStrict(name)+"="+strings.Join(encoded, ","))
	}
	return strings.Join(pairs, "&")
}

// compareUTF16 orders texts by their UTF-16 code units, as JavaScript sorts. It differs from the order of bytes only beyond
// U+FFFF, which sorts before U+E000 to U+FFFF.
func compareUTF16(a, b string) int {
	return cmp.Or(slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b))), cmp.Compare(a, b))
}

// unescape decodes a query's name or value: + is a space, and a percent sign that encodes nothing stands for itself. Bytes that are
// not UTF-8 become U+FFFD, as in Node's querystring.
func unescape(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	if strings.Contains(s, "%") {
		s = unescapePercent(s)
	}
	return string([]rune(s))
}

func unescapePercent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if decoded, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.WriteByte(decoded[0])
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escapeStrict encodes everything but the unreserved characters of RFC 3986.
func escapeStrict(s string) string {
	// QueryEscape does just that, but for the space.
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}

// escape percent-encodes the bytes that must not stand bare.
func escape(s string, must func(byte) bool) string {
	var b strings.Builder
	for i := range len(s) {
		if must(s[i]) {
			fmt.Fprintf(&b, "%%%02X", s[i])
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

package token

import (
	"encoding/json"
	"strings"
)

// maxHeader bounds how far before a dot the header of a token is looked for. Real ones have about 40 characters; without a
// bound, a long run of letters would be tried from each of them.
const maxHeader = 4096

// Find lists the JWT-shaped parts of a text, in order: three dot-separated base64url parts, the first two of them JSON objects. The
// third may be empty, as in a token of algorithm none. Decoding the text's own percent-encoding is the caller's business.
func Find(text string) []string {
	var found []string
	for _, at := range locate(text) {
		found = append(found, text[at.start:at.end])
	}
	return found
}

// Redact shortens every JWT-shaped part of a text to its first 12 characters and a mark, so that a log holds no token.
func Redact(text string) string {
	const shown, mark = 12, "….<cut>"
	var b strings.Builder
	end := 0
	for _, at := range locate(text) {
		b.WriteString(text[end:at.start])
		b.WriteString(text[at.start:at.start+min(shown, at.header)] + mark)
		end = at.end
	}
	b.WriteString(text[end:])
	return b.String()
}

// place is where a token stands in a text, and how long its header is.
type place struct {
	start, end, header int
}

// locate finds the tokens of a text by its dots, two of which every token has.
func locate(text string) []place {
	var places []place
	from := 0 // what comes before belongs to a token that was found
	for {
		dot := strings.IndexByte(text[from:], '.')
		if dot < 0 {
			return places
		}
		dot += from
		at, ok := tokenAround(text, from, dot)
		if !ok {
			from = dot + 1
			// The part after this dot may be the header of the next token, so the search begins there, not beyond.
			continue
		}
		places = append(places, at)
		from = at.end
	}
}

// tokenAround finds the token whose first dot is the given one and which begins at from or later.
func tokenAround(text string, from, dot int) (place, bool) {
	payload := run(text, dot+1)
	second := dot + 1 + payload
	if payload == 0 || second == len(text) || text[second] != '.' || !isObject(text[dot+1:second]) {
		return place{}, false
	}
	start, ok := headerStart(text, from, dot)
	if !ok {
		return place{}, false
	}
	return place{start: start, end: second + 1 + run(text, second+1), header: dot - start}, true
}

// headerStart finds where the header that ends at dot begins. Other characters of the alphabet may stand right before it, as in
// "token_eyJ...", so every place is tried at which an encoded brace stands; the earliest that decodes to an object wins.
func headerStart(text string, from, dot int) (int, bool) {
	first := dot
	for first > from && dot-first < maxHeader && inAlphabet(text[first-1]) {
		first--
	}
	for start := first; start < dot; start++ {
		if text[start] == 'e' && isObject(text[start:dot]) {
			return start, true
		}
	}
	return 0, false
}

// isObject reports whether a part is the base64url form of a JSON object.
func isObject(part string) bool {
	// Each encoded object begins with e: the brace's first six bits. White space before the brace is legal JSON, but no one writes it.
	if len(part) < 3 || part[0] != 'e' {
		return false
	}
	// The first four characters tell nearly always, so that a long run of letters costs little.
	if head, err := decode(part[:min(4, len(part))]); err != nil || head[0] != '{' || !mayFollowBrace(head[1]) {
		return false
	}
	text, err := decode(part)
	return err == nil && json.Valid(text)
}

func mayFollowBrace(c byte) bool {
	return strings.IndexByte("\"} \t\r\n", c) >= 0
}

// run is the length of the run of base64url characters that begins at i.
func run(text string, i int) int {
	n := 0
	for i+n < len(text) && inAlphabet(text[i+n]) {
		n++
	}
	return n
}

func inAlphabet(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

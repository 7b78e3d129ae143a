package har

import (
	"reflect"
	"strings"

	"github.com/standin-dev/standin/fakehost/token"
)

// cutter takes out of texts what no archive may hold: the signatures of tokens,
// wherever those stand, and secrets.
type cutter struct{ secrets *strings.Replacer }

func newCutter(secrets []string) *cutter {
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, s, "secret_is_cut")
		}
	}
	return &cutter{secrets: strings.NewReplacer(pairs...)}
}

// unescapes is how often a text is decoded to look for tokens: an address within an
// address, and no further.
const unescapes = 3

// shortest is how long a signature is at least that is looked for by itself: shorter
// ones may stand anywhere.
const shortest = 16

// text is a text without signatures and secrets. What is percent-encoded is looked
// into as well.
func (c *cutter) text(text string) string {
	out := cutSignatures(c.secrets.Replace(text))
	plain := out
	for range unescapes {
		next := unescape(plain)
		if next == plain {
			break
		}
		plain = next
		for _, raw := range token.Find(plain) {
			signature := raw[strings.LastIndexByte(raw, '.')+1:]
			switch {
			case signature == Cut || signature == "":
			case len(signature) >= shortest && strings.Contains(out, signature):
				out = strings.ReplaceAll(out, signature, Cut)
			default: // it is encoded itself
				return c.text(plain)
			}
		}
		if secret := c.secrets.Replace(plain); secret != plain {
			return c.text(secret)
		}
	}
	return out
}

// cutSignatures puts Cut in the place of the signatures of the tokens in a text.
func cutSignatures(text string) string {
	found := token.Find(text)
	if len(found) == 0 {
		return text
	}
	var b strings.Builder
	for _, raw := range found {
		at := strings.Index(text, raw)
		b.WriteString(text[:at])
		text = text[at+len(raw):]
		if strings.HasSuffix(raw, ".") {
			b.WriteString(raw) // of the algorithm none
			continue
		}
		b.WriteString(raw[:strings.LastIndexByte(raw, '.')+1] + Cut)
	}
	return b.String() + text
}

// unescape decodes the percent-encoding of a text; what encodes nothing stays.
func unescape(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if high, low := hex(text[i+1]), hex(text[i+2]); high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f', 'A' <= c && c <= 'F':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// all cuts every text below v, which must be settable, so that no field of an entry,
// also none that is added later, gets past it.
func (c *cutter) all(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.all(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			c.all(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.all(v.Index(i))
		}
	case reflect.String:
		if cut := c.text(v.String()); cut != v.String() {
			v.SetString(cut)
		}
	}
}

package probe

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/standin-dev/standin/fakehost"
)

// placeholder stands where the token goes in a command line.
const placeholder = "$TOKEN"

// curl is the command line that repeats a question. It makes the token itself, with
// the tenant's secret from the variable SECRET: no report holds a secret, or a token
// whole.
func curl(e Endpoint, a Attempt) string {
	var b strings.Builder
	raw := ""
	if a.forged != nil {
		text, err := a.forged.signing()
		if err != nil {
			return ""
		}
		fmt.Fprintf(&b, "CLAIMS=%s\n", text)
		switch {
		case a.forged.unsigned:
			b.WriteString(`TOKEN="$CLAIMS."` + "\n")
		default:
			key := `"$SECRET"`
			if a.forged.secret == otherSecret {
				key = quote(otherSecret)
			}
			fmt.Fprintf(&b, `TOKEN="$CLAIMS.$(printf %%s "$CLAIMS" | openssl dgst -sha256 -hmac %s -binary | basenc --base64url | tr -d =)"`+"\n", key)
		}
		raw = placeholder
	}
	s := e.with(a.url, raw)
	// The placeholder is escaped in a URL that was put together, and is not in one
	// whose token was replaced.
	address := strings.ReplaceAll(s.url, escape(placeholder), placeholder)
	command := "curl -i"
	if e.Socket {
		command = socketCommand
	}
	writeCurl(&b, command, e.Method, address, s)
	return b.String()
}

// socketCommand begins the command that opens a WebSocket. It ends by itself when what
// it waits for does not come.
const socketCommand = "curl -i --http1.1 --max-time 5 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: c3RhbmRpbiBhc2tzIGFnYQ=='"

// writeCurl writes the command itself.
func writeCurl(b *strings.Builder, command, method, address string, s spelled) {
	b.WriteString(command)
	if method != "GET" {
		b.WriteString(" -X " + method)
	}
	for _, name := range slices.Sorted(maps.Keys(s.header)) {
		for _, value := range s.header[name] {
			b.WriteString(" -H " + quote(name+": "+value))
		}
	}
	if len(s.body) > 0 {
		b.WriteString(" --data-raw " + quote(string(s.body)))
	}
	b.WriteString(" " + quote(address))
}

// lifecycleCurl is the command line that repeats a lifecycle call whose token, if any,
// is signed with a key that anybody can make.
func lifecycleCurl(call fakehost.LifecycleCall, f fakehost.LifecycleForgery) string {
	var b strings.Builder
	header := call.Header.Clone()
	if at := strings.LastIndex(call.Token, "."); at > 0 {
		sign := "-hmac " + quote(f.Secret)
		fmt.Fprintf(&b, "CLAIMS=%s\n", call.Token[:at])
		if f.Secret == "" {
			b.WriteString("openssl genrsa -out another.pem 2048\n")
			sign = "-sign another.pem"
		}
		fmt.Fprintf(&b, `TOKEN="$CLAIMS.$(printf %%s "$CLAIMS" | openssl dgst -sha256 %s -binary | basenc -w 0 --base64url | tr -d =)"`+"\n", sign)
		header.Set("Authorization", "JWT "+placeholder)
	}
	writeCurl(&b, "curl -i", "POST", call.URL, spelled{header: header, body: call.Body})
	return b.String()
}

// quote makes one word of a shell out of a text, in which $TOKEN is filled in.
func quote(text string) string {
	if !strings.Contains(text, placeholder) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", "$", `\$`).Replace(text)
	return `"` + strings.ReplaceAll(escaped, `\`+placeholder, placeholder) + `"`
}

package probe

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/standin-dev/standin/fakehost"
)

// placeholder stands where the token goes until the command line is written: no request
// of an app's has this character, of those that mean nothing, in it. variable is what is
// written there.
const (
	placeholder = "\ue000"
	variable    = "$TOKEN"
)

// longestBody is up to which length a body is written out in a command line, in bytes.
// A word of a shell can be twice as long.
const longestBody = 64 << 10

// curl is the command line that repeats a question. It makes the token itself, with
// the tenant's secret from the variable SECRET: no report holds a secret, or a token
// whole. Empty: the body is too long to be typed.
func curl(e Endpoint, a Attempt) string {
	if len(e.Body) > longestBody {
		return ""
	}
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
	return b.String() + curlLine(command, e.Method, address, s)
}

// socketCommand begins the command that opens a WebSocket. It ends by itself when what
// it waits for does not come.
const socketCommand = "curl -i --http1.1 --max-time 5 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: c3RhbmRpbiBhc2tzIGFnYQ=='"

// curlLine is the command itself. A body with a zero byte in it, which no argument can
// hold, is piped in.
func curlLine(command, method, address string, s spelled) string {
	var b strings.Builder
	piped := bytes.IndexByte(s.body, 0) >= 0
	if piped {
		b.WriteString(printf(string(s.body)) + " | ")
	}
	b.WriteString(command)
	if method != "GET" {
		b.WriteString(" -X " + method)
	}
	for _, name := range slices.Sorted(maps.Keys(s.header)) {
		for _, value := range s.header[name] {
			b.WriteString(" -H " + quote(name+": "+value))
		}
	}
	switch {
	case piped:
		b.WriteString(" --data-binary @-")
	case len(s.body) > 0:
		b.WriteString(" --data-raw " + quote(string(s.body)))
	}
	b.WriteString(" " + quote(address))
	return b.String()
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
	return b.String() + curlLine("curl -i", "POST", call.URL, spelled{header: header, body: call.Body})
}

// quote makes one word of a shell out of a text, in which the token is filled in. What a
// report would not show as it is, such as the line ends of a multipart body, is written
// with the escapes of bash.
func quote(text string) string {
	if !shown(strings.ReplaceAll(text, placeholder, "")) {
		parts := strings.Split(text, placeholder)
		for i, part := range parts {
			parts[i] = "$'" + escapes(part) + "'"
		}
		return strings.Join(parts, `"`+variable+`"`)
	}
	if !strings.Contains(text, placeholder) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "`", "\\`", "$", `\$`).Replace(text)
	return `"` + strings.ReplaceAll(escaped, placeholder, variable) + `"`
}

// printf is the command that writes a text, whatever bytes are in it.
func printf(text string) string {
	parts := strings.Split(text, placeholder)
	for i, part := range parts {
		parts[i] = escapes(strings.ReplaceAll(part, "%", "%%"))
	}
	return "printf -- '" + strings.Join(parts, "%s") + "'" + strings.Repeat(` "`+variable+`"`, len(parts)-1)
}

// shown reports whether a report shows a text as it is: all its writers leave what can
// be printed alone, and one of them indents lines.
func shown(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, hidden)
}

func hidden(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }

// escapes writes what is not shown, and what a shell or printf would take for
// something else, as octal numbers.
func escapes(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if hidden(r) || r == '\'' || r == '\\' {
			for _, c := range []byte(text[:size]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		} else {
			b.WriteRune(r)
		}
		text = text[size:]
	}
	return b.String()
}

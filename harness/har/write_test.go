package har_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/standin-dev/standin/fakehost/token"
	"github.com/standin-dev/standin/harness/har"
	"github.com/standin-dev/standin/harness/timeline"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func written(t testing.TB, l *har.Log) string {
	t.Helper()
	text := plain(t, l)
	if !json.Valid([]byte(text)) {
		t.Fatalf("no JSON:\n%s", text)
	}
	return text
}

func plain(t testing.TB, l *har.Log) string {
	t.Helper()
	var buf bytes.Buffer
	if err := har.Write(&buf, l); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestWrite(t *testing.T) {
	t.Parallel()
	for name, l := range map[string]*har.Log{"sample": sample(), "empty": {}} {
		got := written(t, l)
		path := filepath.Join("testdata", name+".har")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (go test ./harness/har -update makes it)", err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s changed (-golden +got); -update accepts it:\n%s", path, diff)
		}
	}
}

// TestNoSignatureIsWritten: neither as it is nor encoded, wherever it stood. Each text
// of an exchange is given a token of its own, so that a field which is forgotten shows.
func TestNoSignatureIsWritten(t *testing.T) {
	t.Parallel()
	l := sample()
	n := 0
	tokens := func() string { n++; return unsigned + fmt.Sprintf("%s%04d", signature[:39], n) }
	for i := range l.Pages[0].Exchanges {
		poison(reflect.ValueOf(&l.Pages[0].Exchanges[i]).Elem(), tokens)
	}
	l.Pages[0].Exchanges[2].URL += "&a=" + strings.ReplaceAll(tokens(), ".", "%2E") + "&b=%" // and encoded itself
	text := written(t, l)
	if n < 40 {
		t.Fatalf("only %d texts were given a token", n)
	}
	if decoded := everything(t, text); strings.Contains(decoded, signature[:39]) || strings.Contains(decoded, secret) {
		at := max(strings.Index(decoded, signature[:39]), strings.Index(decoded, secret))
		t.Errorf("a signature or a secret was written: …%s…", decoded[max(0, at-200):min(len(decoded), at+60)])
	}
	if !strings.Contains(text, unsigned+har.Cut) {
		t.Error("the claims of tokens are gone, too")
	}
	for _, raw := range token.Find(text) {
		if !strings.HasSuffix(raw, "."+har.Cut) {
			t.Errorf("a token is whole: %s", raw)
		}
	}
}

// poison adds a token to each text below v.
func poison(v reflect.Value, tokens func() string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				poison(v.Field(i), tokens)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(append(bytes.Clone(v.Bytes()), " "+tokens()...))
			return
		}
		for i := range v.Len() {
			poison(v.Index(i), tokens)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			item := reflect.New(v.Type().Elem()).Elem()
			item.Set(v.MapIndex(key))
			poison(item, tokens)
			v.SetMapIndex(key, item)
		}
	case reflect.String:
		v.SetString(v.String() + " " + tokens())
	}
}

// everything is a text with what is base64 in it decoded.
func everything(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(text)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, item := range v {
				walk(item)
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case string:
			if plain, err := base64.StdEncoding.DecodeString(v); err == nil {
				b.Write(plain)
			}
		}
	}
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	walk(v)
	return b.String()
}

type broken struct{ after int }

func (b *broken) Write(p []byte) (int, error) {
	if b.after -= len(p); b.after < 0 {
		return 0, errors.New("the disk is full")
	}
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	size := len(written(t, sample()))
	for _, after := range []int{0, 5000, size - 1} {
		if err := har.Write(&broken{after}, sample()); err == nil || !strings.Contains(err.Error(), "full") {
			t.Errorf("after %d bytes: %v", after, err)
		}
	}
}

// many is an archive of n small requests.
func many(n int) *har.Log {
	p := har.Page{Scenario: "load", Exchanges: make([]timeline.Exchange, n)}
	for i := range n {
		p.Exchanges[i] = timeline.Exchange{ID: i + 1, At: at(i), Type: "Fetch", Method: "GET", URL: "http://localhost:3000/", Status: 200}
	}
	return &har.Log{Pages: []har.Page{p}}
}

// TestMemoryIsLinear: an archive of 10,000 requests takes ten times what one of 1,000
// takes.
func TestMemoryIsLinear(t *testing.T) {
	took := func(n int) (write, read uint64) {
		l, text := many(n), ""
		return allocated(func() { text = plain(t, l) }), allocated(func() {
			if back, err := har.Read(strings.NewReader(text)); err != nil || len(back.Pages[0].Exchanges) != n {
				t.Errorf("%d requests: %v", n, err)
			}
		})
	}
	writeFew, readFew := took(1000)
	writeMany, readMany := took(10000)
	if writeMany > 13*writeFew || readMany > 13*readFew {
		t.Errorf("1,000 requests take %d bytes to write and %d to read, 10,000 take %d and %d", writeFew, readFew, writeMany, readMany)
	}
}

func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

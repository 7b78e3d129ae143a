package differential

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/standin-dev/standin/fixtures/published"
)

// The published bridge does not change between two versions of it, and nor do the scenes: what it did
// in them is kept in testdata/kept, with a fingerprint of all that it came of. It is played again by -update,
// and in a soak (STANDIN_SOAK), which holds it against what is kept.

var update = flag.Bool("update", false, "play the references again and keep what they did")

// keptRecords are those of one set-up.
type keptRecords struct {
	// Of is the fingerprint of what they came of: see origin.
	Of      string                 `json:"of"`
	Records map[string]sceneRecord `json:"records"`
}

func keptPath(s setup) string {
	return filepath.Join("testdata", "kept", s.scripts+"-"+s.name+".json")
}

// origin is a fingerprint of the scenes, the pages, the probes, and the versions of the published packages.
func origin(t *testing.T) string {
	t.Helper()
	sum := sha256.New()
	lock, err := published.Lock()
	if err != nil {
		t.Fatal(err)
	}
	sum.Write(lock)
	if err := fs.WalkDir(testdata, "testdata", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "testdata/kept/") {
			return err
		}
		text, err := fs.ReadFile(testdata, path)
		sum.Write([]byte(path + "\n"))
		sum.Write(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// kept are the records that were kept of a set-up. Where they are of other scenes or packages, the test
// fails and says how to make them again.
func kept(t *testing.T, s setup) map[string]sceneRecord {
	t.Helper()
	var k keptRecords
	text, err := os.ReadFile(keptPath(s))
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		t.Fatal(err)
	}
	if k.Of != origin(t) {
		t.Fatalf("%s is of other scenes, probes or packages than there are now: make it again by go test ./harness/differential -run TestScript -update", keptPath(s))
	}
	return k.Records
}

// keep writes the records of a set-up down.
func keep(t *testing.T, s setup, records map[string]sceneRecord) {
	t.Helper()
	text, err := json.MarshalIndent(keptRecords{origin(t), records}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(keptPath(s)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(keptPath(s), append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// soaks reports whether what is kept is to be held against what is.
func soaks() bool { return os.Getenv("STANDIN_SOAK") != "" }

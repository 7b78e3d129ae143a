package differential

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScript plays the scenes on every set-up and holds each against the reference.
//
// What the references did is kept in testdata/kept; see kept_test.go.
//
// STANDIN_SCENES, a pattern with *, plays only those scenes; what is stale is not looked for then.
// STANDIN_RECORDS names a folder into which the records are written, for a person to read.
func TestScript(t *testing.T) {
	differences := readDifferences(t)
	var played []string
	groups := [][]setup{
		{reference, ourHost, ourAllJS, ourSubHost, ourSubFrame},
		{wireReference, wireOurs, wireSubHost, wireSubFrame},
	}
	again := *update || soaks() || only() != ""
	var setups []setup
	for _, group := range groups {
		setups = append(setups, group[1:]...)
		if again {
			setups = append(setups, group[0])
		}
	}
	records := playBesideEachOther(t, setups)
	for _, group := range groups {
		want := records[setupName(group[0])]
		switch {
		case *update:
			keep(t, group[0], want)
		case !again:
			want = kept(t, group[0])
		case only() == "":
			if diff := cmp.Diff(kept(t, group[0]), want); diff != "" {
				t.Errorf("%s is not what was kept (- kept, + now):\n%s", setupName(group[0]), diff)
			}
		}
		for _, s := range group[1:] {
			played = append(played, s.name)
			t.Run(setupName(s), func(t *testing.T) {
				judge(t, s.name, compare(playedBy(s, want), records[setupName(s)]), differences)
			})
		}
	}
	if only() != "" {
		return
	}
	for i, d := range differences {
		for _, setup := range d.Setups {
			if !slices.Contains(played, setup) {
				t.Errorf("differences.yaml, entry %d: there is no set-up %q", i+1, setup)
			}
		}
		for _, pattern := range d.stale(played) {
			t.Errorf("differences.yaml, entry %d lists what no longer occurs; take it out: %s", i+1, pattern)
		}
	}
}

func setupName(s setup) string { return s.scripts + "/" + s.name }

// parts is in how many parts a set-up is played that plays every scene, so that the longest do
// not go on alone in the end. One with a pattern of its own is short: it is played in one.
const parts = 2

// playBesideEachOther plays all set-ups in parts, each in a browser context of its own,
// several at a time: they mostly wait for their pages to be quiet.
func playBesideEachOther(t *testing.T, setups []setup) map[string]map[string]sceneRecord {
	t.Helper()
	var mu sync.Mutex
	records := map[string]map[string]sceneRecord{}
	t.Run("play", func(t *testing.T) {
		for _, s := range setups {
			records[setupName(s)] = map[string]sceneRecord{}
			of := parts
			if s.only != "" {
				of = 1
			}
			for part := range of {
				t.Run(fmt.Sprintf("%s %d", setupName(s), part+1), func(t *testing.T) {
					t.Parallel()
					played := playPart(t, s, part, of)
					mu.Lock()
					defer mu.Unlock()
					maps.Copy(records[setupName(s)], played)
				})
			}
		}
	})
	for _, s := range setups {
		write(t, s, records[setupName(s)])
	}
	return records
}

// playedBy leaves the scenes that a set-up plays.
func playedBy(s setup, records map[string]sceneRecord) map[string]sceneRecord {
	played := map[string]sceneRecord{}
	for name, record := range records {
		if like(s.only, name) {
			played[name] = maps.Clone(record)
		}
	}
	return played
}

func only() string { return os.Getenv("STANDIN_SCENES") }

func judge(t *testing.T, setup string, findings []finding, differences []*difference) {
	t.Helper()
	at := ""
	for _, f := range findings {
		allowed := false
		for _, d := range differences {
			allowed = d.covers(setup, f) || allowed
		}
		if allowed {
			continue
		}
		where, line, _ := strings.Cut(f.String(), "\n\t")
		if where != at {
			t.Errorf("%s (- reference, + %s)", where, setup)
			at = where
		}
		t.Error("\t" + line)
	}
}

// playPart plays every so manieth scene on one set-up.
func playPart(t *testing.T, s setup, part, of int) map[string]sceneRecord {
	t.Helper()
	p := newPlayer(t, s)
	records := map[string]sceneRecord{}
	scenes := slices.DeleteFunc(p.scenes(), func(scene declaredScene) bool { return !like(s.only, scene.Name) })
	if len(scenes) == 0 {
		t.Fatalf("no scenes were read from testdata/%s", s.scripts)
	}
	for i, scene := range scenes {
		if i%of == part && like(only(), scene.Name) {
			records[scene.Name] = p.play(scene)
		}
	}
	for name, scene := range records {
		for list, lines := range scene {
			for _, line := range lines {
				if strings.HasPrefix(line, `["the step failed"`) {
					t.Errorf("%s, %s / %s: %s", s.name, name, list, line)
				}
			}
		}
	}
	return records
}

// write leaves the records where STANDIN_RECORDS says.
func write(t *testing.T, s setup, records map[string]sceneRecord) {
	t.Helper()
	dir := os.Getenv("STANDIN_RECORDS")
	if dir == "" {
		return
	}
	var b strings.Builder
	for _, scene := range sortedKeys(records) {
		for _, list := range sortedKeys(records[scene]) {
			b.WriteString(scene + " / " + list + "\n")
			for _, line := range records[scene][list] {
				b.WriteString("\t" + line + "\n")
			}
		}
	}
	name := strings.ReplaceAll(s.scripts+" "+s.name, " ", "-") + ".txt"
	if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

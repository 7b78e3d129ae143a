package harness

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/standin-dev/standin/fakehost"
)

// stubErrors is how many files an error names.
const stubErrors = 5

// StubFolder is a folder of answers to REST calls (docs/stubs.md), checked. The error
// names what is wrong by file and line, in one line of text.
func StubFolder(dir string) (fs.FS, error) {
	folder := os.DirFS(dir)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("there is no folder %s", dir)
	}
	if err := fakehost.CheckStubs(folder); err != nil {
		problems := strings.Split(err.Error(), "\n")
		if more := len(problems) - stubErrors; more > 0 {
			problems = append(problems[:stubErrors], fmt.Sprintf("and %d more", more))
		}
		return nil, fmt.Errorf("in %s: %s", dir, strings.Join(problems, "; "))
	}
	return folder, nil
}

// loadStubs reads the folder that a config in another folder names.
func (c *Config) loadStubs(dir, below string) error {
	if dir == "" || c.Stubs != nil {
		return nil
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(below, dir)
	}
	var err error
	if c.Stubs, err = StubFolder(dir); err != nil {
		return fmt.Errorf("stubs: %w", err)
	}
	return nil
}

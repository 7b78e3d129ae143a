package fakehost

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// stubFileLimit bounds one file. What is larger was not written by hand.
const stubFileLimit = 16 << 20

var stubMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// StubError says what is wrong with a file of [Server.Stubs].
type StubError struct {
	// File is the path within the folder.
	File string
	// Line is where, from 1. 0: it is about the file as a whole.
	Line int
	// Problem is what is wrong and what to do.
	Problem string
}

// Error is one line: file, line, problem.
func (e *StubError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("stub file %s:%d: %s", e.File, e.Line, e.Problem)
	}
	return fmt.Sprintf("stub file %s: %s", e.File, e.Problem)
}

// CheckStubs reads a folder as [Server.Stubs] and reports all that is wrong with
// it: the error joins a [*StubError] for each problem. A nil folder is right.
func CheckStubs(folder fs.FS) error {
	_, err := readStubs(folder)
	return err
}

// readStubs reads all files of a folder.
func readStubs(folder fs.FS) (routes, error) {
	if folder == nil {
		return nil, nil
	}
	var list []*route
	var problems []error
	taken := map[string]string{}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return fmt.Errorf("stub folder: %s", plainPathError(err))
		case err != nil:
			problems = append(problems, &StubError{File: name, Problem: plainPathError(err)})
			return nil
		case name != "." && skipStub(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() && name != "." && !slices.Contains(stubMethods, firstPart(name)):
			// Not to be walked: it may be the whole of somebody's project.
			problems = append(problems, &StubError{File: name, Problem: "is no folder of a method: the folders at the top are " + strings.Join(stubMethods, ", ")})
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		r, err := readStub(folder, name)
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		address := r.method + shape(r.path)
		if first, twice := taken[address]; twice {
			problems = append(problems, &StubError{File: name, Problem: "answers the same calls as " + first + ": remove one of them"})
			return nil
		}
		taken[address] = name
		list = append(list, r)
		return nil
	})
	if err = errors.Join(append(problems, err)...); err != nil {
		return nil, err
	}
	return sortedRoutes(list), nil
}

// skipStub passes over what editors and people leave in folders.
func skipStub(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || strings.EqualFold(path.Ext(name), ".md")
}

func firstPart(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// readStub makes a route of one file.
func readStub(folder fs.FS, name string) (*route, error) {
	r, err := routeOfFile(name)
	if err != nil {
		return nil, &StubError{File: name, Problem: err.Error()}
	}
	info, err := fs.Stat(folder, name)
	switch {
	case err != nil:
		return nil, &StubError{File: name, Problem: plainPathError(err)}
	case !info.Mode().IsRegular():
		return nil, &StubError{File: name, Problem: "is no file: links to folders are not followed"}
	case info.Size() > stubFileLimit:
		return nil, &StubError{File: name, Problem: "is larger than 16 MB"}
	}
	data, err := fs.ReadFile(folder, name)
	if err != nil {
		return nil, &StubError{File: name, Problem: plainPathError(err)}
	}
	a, err := parseStub(name, data)
	if err != nil {
		return nil, err
	}
	r.anonymous = a.anonymous
	r.answer = answerLate(a.reply, a.latency)
	return r, nil
}

// routeOfFile reads a file's name: GET/rest/api/3/issue/{key}.json.
func routeOfFile(name string) (*route, error) {
	method, rest, nested := strings.Cut(name, "/")
	if !nested || !slices.Contains(stubMethods, method) {
		return nil, fmt.Errorf("lies in no folder of a method: put it into one of %s, as in GET/rest/api/3/issue/{key}.json", strings.Join(stubMethods, ", "))
	}
	extension := path.Ext(rest)
	switch extension {
	case ".json", ".yaml", ".yml":
	default:
		return nil, fmt.Errorf("ends in %q: name it .json, .yaml or .yml", extension)
	}
	parsed, err := parsePath(strings.TrimSuffix(rest, extension))
	if err != nil {
		return nil, err
	}
	return &route{method: method, path: parsed, file: name}, nil
}

// plainPathError takes operation and path off an error: the file is named already.
func plainPathError(err error) string {
	var wrapped *fs.PathError
	if errors.As(err, &wrapped) {
		return wrapped.Err.Error()
	}
	return err.Error()
}

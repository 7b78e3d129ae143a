package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// ourFiles yields the files below dir, which is relative to the module, that are
// ours: not what git, npm or make put there.
func ourFiles(t *testing.T, dir string) func(yield func(string, fs.DirEntry) bool) {
	return func(yield func(string, fs.DirEntry) bool) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || slices.Contains([]string{".git", "bin", "out", "tmp"}, path)):
				return filepath.SkipDir
			case d.Type().IsRegular() && !yield(path, d):
				return filepath.SkipAll
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

// sourceFile is a Go file as the walls see it: by its words, not by its types.
type sourceFile struct {
	set *token.FileSet
	ast *ast.File
}

// use is one mention of a name of an imported package.
type use struct {
	name string
	line int
}

// parseFile parses a Go file. Source nil means that the file is read.
func parseFile(path string, source any) (*sourceFile, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &sourceFile{set, file}, nil
}

// uses lists the names of the package at importPath that the file mentions.
func (f *sourceFile) uses(importPath string) []use {
	local := f.localName(importPath)
	var found []use
	ast.Inspect(f.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && local != "" && x.Name == local {
				found = append(found, use{sel.Sel.Name, f.set.Position(sel.Pos()).Line})
			}
		}
		return true
	})
	return found
}

// dotted reports whether the names of a package need no qualifier in the file, so
// that uses cannot see them.
func (f *sourceFile) dotted(importPath string) bool {
	return f.localName(importPath) == "."
}

// localName is the name under which the file imports a package; empty: it does not.
func (f *sourceFile) localName(importPath string) string {
	for _, i := range f.ast.Imports {
		if path, _ := strconv.Unquote(i.Path.Value); path != importPath {
			continue
		}
		if i.Name != nil {
			return i.Name.Name
		}
		return filepath.Base(importPath)
	}
	return ""
}

// comments are the lines that carry a comment of that form.
func (f *sourceFile) comments(form *regexp.Regexp) map[int]bool {
	lines := map[int]bool{}
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if form.MatchString(c.Text) {
				lines[f.set.Position(c.Pos()).Line] = true
			}
		}
	}
	return lines
}

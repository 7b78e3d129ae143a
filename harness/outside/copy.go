package outside

import (
	"cmp"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// File is a local copy.
type File struct {
	// Name is where it lies.
	Name string
	// ContentType is what it is served as.
	ContentType string
	// Body is what is in it.
	Body []byte
}

// contentTypes are those of what pages and back ends load, whatever the system's tables
// say.
var contentTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8", ".cjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".json": "application/json", ".map": "application/json", ".html": "text/html; charset=utf-8",
	".htm": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8", ".xml": "application/xml",
	".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".ico": "image/x-icon", ".woff": "font/woff", ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf",
	".wasm": "application/wasm", ".pdf": "application/pdf",
}

// Find is the local copy of an address. ok reports whether one is meant to answer; the
// error says why it cannot.
func (r *Rules) Find(u *url.URL) (file File, ok bool, err error) {
	c := r.find(u)
	if c == nil {
		return File{}, false, nil
	}
	if !c.folder {
		file.Name = c.file
		file.Body, err = os.ReadFile(c.file)
	} else {
		file, err = c.below(u)
	}
	if err != nil {
		return File{}, true, fmt.Errorf("no copy of it is in %s: %w", c.file, plainError(err))
	}
	ext := strings.ToLower(path.Ext(u.Path))
	if contentTypes[ext] == "" {
		ext = strings.ToLower(filepath.Ext(file.Name))
	}
	file.ContentType = cmp.Or(contentTypes[ext], mime.TypeByExtension(ext), http.DetectContentType(file.Body))
	return file, true, nil
}

// below reads the file of a folder that an address means, which no address and no link
// leads out of.
func (c *local) below(u *url.URL) (File, error) {
	rest, err := url.PathUnescape(strings.TrimPrefix(cmp.Or(u.EscapedPath(), "/"), c.path))
	if err != nil {
		return File{}, err
	}
	if rest == "" || strings.HasSuffix(rest, "/") {
		rest += "index.html"
	}
	if !filepath.IsLocal(filepath.FromSlash(rest)) {
		return File{}, fmt.Errorf("%q leads out of it", rest)
	}
	root, err := os.OpenRoot(c.file)
	if err != nil {
		return File{}, err
	}
	defer root.Close()
	f, err := root.Open(filepath.FromSlash(rest))
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	body, err := io.ReadAll(f)
	return File{Name: filepath.Join(c.file, filepath.FromSlash(rest)), Body: body}, err
}

// plainError is an error of a file without the address that it names again.
func plainError(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return fmt.Errorf("%s: %w", p.Path, p.Err)
	}
	return err
}

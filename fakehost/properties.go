package fakehost

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"unicode/utf8"
)

// propertyValueLimit is how many bytes of JSON a property may have (DOC "App
// properties API", DOC "Entity properties").
const propertyValueLimit = 32 << 10

// propertyStore keeps properties for the run, by their owner: an app, an issue, a
// project. The zero store is empty.
type propertyStore struct {
	mu     sync.Mutex
	values map[owner]map[string]json.RawMessage
}

// owner is what a property is of.
type owner struct{ kind, id string }

// set stores a value and reports whether the key is new.
func (p *propertyStore) set(of owner, key string, value json.RawMessage) (created bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.values == nil {
		p.values = map[owner]map[string]json.RawMessage{}
	}
	if p.values[of] == nil {
		p.values[of] = map[string]json.RawMessage{}
	}
	_, existed := p.values[of][key]
	p.values[of][key] = value
	return !existed
}

func (p *propertyStore) get(of owner, key string) (json.RawMessage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	value, ok := p.values[of][key]
	return value, ok
}

// remove deletes a value and reports whether there was one.
func (p *propertyStore) remove(of owner, key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.values[of][key]
	delete(p.values[of], key)
	return ok
}

func (p *propertyStore) keys(of owner) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.values[of]))
}

// forget drops all properties of an owner, as the uninstall of an app does.
func (p *propertyStore) forget(of owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.values, of)
}

// properties are the calls for properties of one kind of thing.
type properties struct {
	// what they are called in errors.
	what     string
	keyLimit int
	// owner finds the thing that the request's path names.
	owner func(s *Server, r *http.Request) (of owner, exists bool, name string)
	// stored is the answer to a PUT: 201 for a new one, else 200.
	stored func(status int) any
}

// stubs are the calls below a path.
func (p properties) stubs(path string) map[string]stub {
	return map[string]stub{
		"GET " + path:               p.of(p.list),
		"GET " + path + "/{key}":    p.of(p.get),
		"PUT " + path + "/{key}":    p.of(p.put),
		"DELETE " + path + "/{key}": p.of(p.delete),
	}
}

// of answers 404 for a thing that is not here.
func (p properties) of(answer func(s *Server, r *http.Request, of owner) (int, any)) stub {
	return func(s *Server, r *http.Request) (int, any) {
		of, exists, name := p.owner(s, r)
		if !exists {
			return s.found(nil, name)
		}
		return answer(s, r, of)
	}
}

func (p properties) list(s *Server, r *http.Request, of owner) (int, any) {
	keys := []object{}
	for _, key := range s.properties.keys(of) {
		keys = append(keys, object{"key": key, "self": s.PublicOrigin() + r.URL.Path + "/" + percentEncode(key)})
	}
	return http.StatusOK, object{"keys": keys}
}

func (p properties) get(s *Server, r *http.Request, of owner) (int, any) {
	key := r.PathValue("key")
	value, ok := s.properties.get(of, key)
	if !ok {
		return s.found(nil, p.what+" "+key)
	}
	return http.StatusOK, object{"key": key, "value": value, "self": s.PublicOrigin() + r.URL.Path}
}

func (p properties) put(s *Server, r *http.Request, of owner) (int, any) {
	refuse := func(format string, args ...any) (int, any) {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, fmt.Sprintf("an "+p.what+"'s "+format, args...))
	}
	key := r.PathValue("key")
	if utf8.RuneCountInString(key) > p.keyLimit {
		return refuse("key has at most %d characters", p.keyLimit)
	}
	value, err := io.ReadAll(io.LimitReader(r.Body, propertyValueLimit+1))
	switch {
	case err != nil:
		return refuse("value could not be read: %v", err)
	case len(value) > propertyValueLimit:
		return refuse("value has at most 32 KB")
	case !json.Valid(value):
		return refuse("value is JSON")
	}
	if s.properties.set(of, key, value) {
		return http.StatusCreated, p.stored(http.StatusCreated)
	}
	return http.StatusOK, p.stored(http.StatusOK)
}

func (p properties) delete(s *Server, r *http.Request, of owner) (int, any) {
	key := r.PathValue("key")
	if !s.properties.remove(of, key) {
		return s.found(nil, p.what+" "+key)
	}
	return http.StatusNoContent, nil
}

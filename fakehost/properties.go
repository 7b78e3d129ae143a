package fakehost

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Limits of an app property (DOC "App properties API"): the key in characters,
// the value in bytes of JSON.
const (
	propertyKeyLimit   = 127
	propertyValueLimit = 32 << 10
)

// propertyStore keeps app properties for the run, by app key. The zero store is
// empty.
type propertyStore struct {
	mu     sync.Mutex
	values map[string]map[string]json.RawMessage
}

// set stores a value and reports whether the key is new.
func (p *propertyStore) set(addonKey, key string, value json.RawMessage) (created bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.values == nil {
		p.values = map[string]map[string]json.RawMessage{}
	}
	if p.values[addonKey] == nil {
		p.values[addonKey] = map[string]json.RawMessage{}
	}
	_, existed := p.values[addonKey][key]
	p.values[addonKey][key] = value
	return !existed
}

func (p *propertyStore) get(addonKey, key string) (json.RawMessage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	value, ok := p.values[addonKey][key]
	return value, ok
}

// remove deletes a value and reports whether there was one.
func (p *propertyStore) remove(addonKey, key string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.values[addonKey][key]
	delete(p.values[addonKey], key)
	return ok
}

func (p *propertyStore) keys(addonKey string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Sorted(maps.Keys(p.values[addonKey]))
}

// forget drops all properties of an app, as its uninstall does.
func (p *propertyStore) forget(addonKey string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.values, addonKey)
}

const addonPath = "/rest/atlassian-connect/1/addons/{addon}"

// propertyStubs are the app and its properties, the same in both products.
var propertyStubs = map[string]stub{
	"GET " + addonPath: ofInstalled(func(_ *Server, r *http.Request) (int, any) {
		return http.StatusOK, object{"key": r.PathValue("addon"), "state": "ENABLED", "license": object{"active": true}}
	}),
	"GET " + addonPath + "/properties":          ofInstalled(listProperties),
	"GET " + addonPath + "/properties/{key}":    ofInstalled(getProperty),
	"PUT " + addonPath + "/properties/{key}":    ofInstalled(putProperty),
	"DELETE " + addonPath + "/properties/{key}": ofInstalled(deleteProperty),
}

// ofInstalled answers 404 for an app that is not here.
func ofInstalled(answer stub) stub {
	return func(s *Server, r *http.Request) (int, any) {
		if key := r.PathValue("addon"); s.tenants.get(key) == nil {
			return s.found(nil, "app "+key)
		}
		return answer(s, r)
	}
}

func listProperties(s *Server, r *http.Request) (int, any) {
	keys := []object{}
	for _, key := range s.properties.keys(r.PathValue("addon")) {
		keys = append(keys, object{"key": key, "self": s.Origin() + r.URL.Path + "/" + percentEncode(key)})
	}
	return http.StatusOK, object{"keys": keys}
}

func getProperty(s *Server, r *http.Request) (int, any) {
	key := r.PathValue("key")
	value, ok := s.properties.get(r.PathValue("addon"), key)
	if !ok {
		return s.found(nil, "app property "+key)
	}
	return http.StatusOK, object{"key": key, "value": value, "self": s.Origin() + r.URL.Path}
}

func putProperty(s *Server, r *http.Request) (int, any) {
	refuse := func(message string) (int, any) {
		return http.StatusBadRequest, s.productError(http.StatusBadRequest, message)
	}
	key := r.PathValue("key")
	if len(key) > propertyKeyLimit {
		return refuse("an app property's key has at most 127 characters")
	}
	value, err := io.ReadAll(io.LimitReader(r.Body, propertyValueLimit+1))
	switch {
	case err != nil:
		return refuse("app property: " + err.Error())
	case len(value) > propertyValueLimit:
		return refuse("an app property's value has at most 32 KB")
	case !json.Valid(value):
		return refuse("an app property's value is JSON")
	}
	if s.properties.set(r.PathValue("addon"), key, value) {
		return http.StatusCreated, object{"message": "property created", "status-code": http.StatusCreated}
	}
	return http.StatusOK, object{"message": "property updated", "status-code": http.StatusOK}
}

func deleteProperty(s *Server, r *http.Request) (int, any) {
	key := r.PathValue("key")
	if !s.properties.remove(r.PathValue("addon"), key) {
		return s.found(nil, "app property "+key)
	}
	return http.StatusNoContent, nil
}

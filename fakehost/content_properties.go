package fakehost

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"
)

// contentPropertyKeyLimit is how long the key of a content property may be (DOC
// "Content properties" of the Confluence Cloud REST API v1).
const contentPropertyKeyLimit = 255

// contentProperties keeps the properties of Confluence content for the run. REST
// and AP.confluence read and write the same ones. The zero value is empty.
type contentProperties struct {
	mu   sync.Mutex
	last int
	all  []contentProperty
}

// contentProperty is one property of one piece of content. Unlike other entity
// properties it has an id, and a version that only ever grows by one.
type contentProperty struct {
	id, content, key string
	value            json.RawMessage
	version          int
	message          string
	when             time.Time
	author           string
}

// propertyChange is what a call wants a property to become.
type propertyChange struct {
	content, key string
	value        json.RawMessage
	// version is the number that the change will have; 0 is not given.
	version int
	message string
	when    time.Time
	author  string
}

// propertyConflict is a change that another one came before, or whose version is
// not the next.
type propertyConflict struct{ reason string }

func (c *propertyConflict) Error() string { return c.reason }

// of are the properties of a piece of content, in the order in which they were made.
func (p *contentProperties) of(content string) []contentProperty {
	p.mu.Lock()
	defer p.mu.Unlock()
	var found []contentProperty
	for _, one := range p.all {
		if one.content == content {
			found = append(found, one)
		}
	}
	return found
}

// propertyName is how a call names a property of a piece of content: by its key,
// or by its id.
type propertyName struct{ content, key, id string }

// get finds a property.
func (p *contentProperties) get(name propertyName) (contentProperty, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := p.index(name); i >= 0 {
		return p.all[i], true
	}
	return contentProperty{}, false
}

// index is where a property stands, or -1. It runs under mu.
func (p *contentProperties) index(name propertyName) int {
	return slices.IndexFunc(p.all, func(one contentProperty) bool {
		return one.content == name.content && (name.key == "" || one.key == name.key) && (name.id == "" || one.id == name.id)
	})
}

// create makes a property that was not there; its version is 1.
func (p *contentProperties) create(c propertyChange) (contentProperty, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.index(propertyName{content: c.content, key: c.key}) >= 0 {
		return contentProperty{}, &propertyConflict{fmt.Sprintf("content %s has a property %s already", c.content, c.key)}
	}
	p.last++
	made := contentProperty{id: strconv.Itoa(90_000 + p.last), content: c.content, key: c.key}
	made.change(c, 1)
	p.all = append(p.all, made)
	return made, nil
}

// update changes a property, whose version must be one less than that of the
// change. Version 1 makes a property that is not there (DOC "Content properties"
// of the v1 API, Update content property).
func (p *contentProperties) update(c propertyChange) (contentProperty, error) {
	p.mu.Lock()
	i := p.index(propertyName{content: c.content, key: c.key})
	if i < 0 {
		p.mu.Unlock()
		if c.version != 1 {
			return contentProperty{}, &propertyConflict{fmt.Sprintf("content %s has no property %s, so its first version is 1, not %d", c.content, c.key, c.version)}
		}
		return p.create(c)
	}
	defer p.mu.Unlock()
	next := p.all[i].version + 1
	if c.version != next {
		return contentProperty{}, &propertyConflict{fmt.Sprintf("the next version of property %s is %d, not %d", c.key, next, c.version)}
	}
	p.all[i].change(c, next)
	return p.all[i], nil
}

func (one *contentProperty) change(c propertyChange, version int) {
	one.value, one.version, one.message, one.when, one.author = c.value, version, c.message, c.when, c.author
}

// remove deletes a property and reports whether there was one.
func (p *contentProperties) remove(name propertyName) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := p.index(name)
	if i < 0 {
		return false
	}
	p.all = slices.Delete(p.all, i, i+1)
	return true
}

// readPropertyChange reads the body of a POST or PUT. key is that of the path; ""
// is for the body to say.
func readPropertyChange(body []byte, key string) (propertyChange, error) {
	var given struct {
		Key     string          `json:"key"`
		Value   json.RawMessage `json:"value"`
		Version struct {
			Number  int    `json:"number"`
			Message string `json:"message"`
		} `json:"version"`
	}
	if err := json.Unmarshal(body, &given); err != nil {
		return propertyChange{}, fmt.Errorf("a content property is JSON with key, value and version: %w", err)
	}
	key = cmp.Or(key, given.Key)
	switch {
	case key == "":
		return propertyChange{}, fmt.Errorf("a content property has a key")
	case utf8.RuneCountInString(key) > contentPropertyKeyLimit:
		return propertyChange{}, fmt.Errorf("a content property's key has at most %d characters", contentPropertyKeyLimit)
	case len(given.Value) == 0:
		return propertyChange{}, fmt.Errorf("a content property has a value")
	case len(bytes.TrimSpace(given.Value)) > propertyValueLimit:
		return propertyChange{}, fmt.Errorf("a content property's value has at most 32 KB")
	}
	return propertyChange{key: key, value: given.Value, version: given.Version.Number, message: given.Version.Message}, nil
}

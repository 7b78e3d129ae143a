package fakehost

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// contentStore keeps the content that was created, for the run. The zero store is
// empty.
type contentStore struct {
	mu      sync.Mutex
	created []savedContent
}

// savedContent is a page or a custom content that was created.
type savedContent struct {
	id, kind, title string
	version         int
	body            any
}

func (c *contentStore) all() []savedContent {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.created)
}

// add keeps a new piece of content under an id of its own.
func (c *contentStore) add(content savedContent) savedContent {
	c.mu.Lock()
	defer c.mu.Unlock()
	first, _ := strconv.Atoi(builtIn[Confluence]["content.id"])
	content.id, content.version = strconv.Itoa(first+1000+len(c.created)), 1
	c.created = append(c.created, content)
	return content
}

// update changes what was created before. The version must be the next one.
func (c *contentStore) update(id string, to savedContent) (savedContent, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, one := range c.created {
		if one.id != id {
			continue
		}
		if to.version != one.version+1 {
			return savedContent{}, fmt.Errorf("the next version of content %s is %d, not %d", id, one.version+1, to.version)
		}
		to.id, to.kind = id, one.kind
		c.created[i] = to
		return to, nil
	}
	return savedContent{}, nil
}

// confluenceCreateStubs are the calls that create and change content (DOC "Content"
// of the Confluence Cloud REST API v1). The page on which a custom content is
// edited makes the same calls. The demo page itself cannot be changed.
var confluenceCreateStubs = map[string]stub{
	"POST /rest/api/content": func(s *Server, r *http.Request) (int, any) {
		given, err := readContent(r)
		if err != nil {
			return http.StatusBadRequest, s.productError(http.StatusBadRequest, err.Error())
		}
		made := s.contents.add(given)
		s.record(Entry{Kind: KindSaved, Text: fmt.Sprintf("content %s of type %s created: %s", made.id, made.kind, made.title)})
		return http.StatusOK, s.createdContent(made)
	},
	"PUT /rest/api/content/{id}": func(s *Server, r *http.Request) (int, any) {
		given, err := readContent(r)
		if err != nil {
			return http.StatusBadRequest, s.productError(http.StatusBadRequest, err.Error())
		}
		changed, err := s.contents.update(r.PathValue("id"), given)
		switch {
		case err != nil:
			return http.StatusConflict, s.productError(http.StatusConflict, err.Error())
		case changed.id == "":
			return s.found(nil, "content "+r.PathValue("id")+" that was created in this run")
		}
		s.record(Entry{Kind: KindSaved, Text: fmt.Sprintf("content %s saved as version %d: %s", changed.id, changed.version, changed.title)})
		return http.StatusOK, s.createdContent(changed)
	},
}

func readContent(r *http.Request) (savedContent, error) {
	var given struct {
		Title   string `json:"title"`
		Type    string `json:"type"`
		Body    any    `json:"body"`
		Version struct {
			Number int `json:"number"`
		} `json:"version"`
	}
	if err := json.NewDecoder(r.Body).Decode(&given); err != nil {
		return savedContent{}, fmt.Errorf("content is JSON with type, title, space and body: %w", err)
	}
	switch {
	case given.Type == "":
		return savedContent{}, fmt.Errorf("content has a type")
	case strings.TrimSpace(given.Title) == "":
		return savedContent{}, fmt.Errorf("content has a title")
	}
	return savedContent{kind: given.Type, title: given.Title, version: given.Version.Number, body: given.Body}, nil
}

// createdContent is the same as REST shows it.
func (s *Server) createdContent(c savedContent) object {
	return object{
		"id": c.id, "type": c.kind, "status": "current", "title": c.title, "body": c.body,
		"space":   s.confluenceSpaces()[0],
		"version": object{"number": c.version},
		"_links":  object{"webui": s.contentPath(c), "self": s.BaseURL() + "/rest/api/content/" + c.id},
	}
}

package fakehost

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// confluencePropertyStubs are the properties of Confluence content, by both APIs:
// the older finds them by key, the newer by id (DOC "Content properties" of the
// Confluence Cloud REST API v1 and v2).
var confluencePropertyStubs = map[string]stub{
	"GET /rest/api/content/{id}/property":          onContent(listContentProperties(contentProperty.v1)),
	"POST /rest/api/content/{id}/property":         onContent(createContentProperty(contentProperty.v1)),
	"POST /rest/api/content/{id}/property/{key}":   onContent(createContentProperty(contentProperty.v1)),
	"GET /rest/api/content/{id}/property/{key}":    onContent(getContentProperty(contentProperty.v1)),
	"PUT /rest/api/content/{id}/property/{key}":    onContent(putContentProperty),
	"DELETE /rest/api/content/{id}/property/{key}": onContent(deleteContentProperty),

	"GET /api/v2/pages/{id}/properties":               onContent(listContentProperties(contentProperty.v2)),
	"POST /api/v2/pages/{id}/properties":              onContent(createContentProperty(contentProperty.v2)),
	"GET /api/v2/pages/{id}/properties/{property}":    onContent(getContentProperty(contentProperty.v2)),
	"PUT /api/v2/pages/{id}/properties/{property}":    onContent(putContentPropertyV2),
	"DELETE /api/v2/pages/{id}/properties/{property}": onContent(deleteContentProperty),
}

// propertyOf is the property that a path names: by {key} in the older API, by
// {property}, its id, in the newer.
func propertyOf(r *http.Request, content string) propertyName {
	return propertyName{content: content, key: r.PathValue("key"), id: r.PathValue("property")}
}

func (n propertyName) String() string { return "content property " + n.key + n.id }

// onContent answers 404 for content that is not here.
func onContent(answer func(s *Server, r *http.Request, content string) (int, any)) stub {
	return func(s *Server, r *http.Request) (int, any) {
		id := r.PathValue("id")
		if pick(s.confluenceContent(), id, "id") == nil {
			return s.found(nil, "content "+id)
		}
		return answer(s, r, id)
	}
}

func (one contentProperty) v1(s *Server) object {
	self := "/rest/api/content/" + one.content + "/property/" + percentEncode(one.key)
	return object{
		"id": one.id, "key": one.key, "value": one.value,
		"version": object{"number": one.version, "message": one.message, "minorEdit": false, "when": isoTime(one.when)},
		"_links":  object{"self": s.BaseURL() + self, "base": s.BaseURL()},
	}
}

func (one contentProperty) v2(*Server) object {
	return object{
		"id": one.id, "key": one.key, "value": one.value,
		"version": object{"number": one.version, "message": one.message, "minorEdit": false, "createdAt": isoTime(one.when), "authorId": one.author},
	}
}

func isoTime(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func listContentProperties(form func(contentProperty, *Server) object) func(*Server, *http.Request, string) (int, any) {
	return func(s *Server, r *http.Request, content string) (int, any) {
		results, key := []object{}, r.URL.Query().Get("key")
		for _, one := range s.contentProperties.of(content) {
			if key == "" || key == one.key {
				results = append(results, form(one, s))
			}
		}
		return http.StatusOK, object{"results": results, "start": 0, "limit": max(len(results), 10), "size": len(results), "_links": object{"base": s.BaseURL()}}
	}
}

func createContentProperty(form func(contentProperty, *Server) object) func(*Server, *http.Request, string) (int, any) {
	return func(s *Server, r *http.Request, content string) (int, any) {
		change, err := s.propertyChange(r, content, r.PathValue("key"))
		if err != nil {
			return s.propertyRefused(err)
		}
		made, err := s.contentProperties.create(change)
		if err != nil {
			return s.propertyRefused(err)
		}
		return http.StatusOK, form(made, s)
	}
}

func getContentProperty(form func(contentProperty, *Server) object) func(*Server, *http.Request, string) (int, any) {
	return func(s *Server, r *http.Request, content string) (int, any) {
		name := propertyOf(r, content)
		one, ok := s.contentProperties.get(name)
		if !ok {
			return s.found(nil, name.String())
		}
		return http.StatusOK, form(one, s)
	}
}

func putContentProperty(s *Server, r *http.Request, content string) (int, any) {
	change, err := s.propertyChange(r, content, r.PathValue("key"))
	if err != nil {
		return s.propertyRefused(err)
	}
	changed, err := s.contentProperties.update(change)
	if err != nil {
		return s.propertyRefused(err)
	}
	return http.StatusOK, changed.v1(s)
}

// putContentPropertyV2 changes a property by its id; there must be one.
func putContentPropertyV2(s *Server, r *http.Request, content string) (int, any) {
	name := propertyOf(r, content)
	known, ok := s.contentProperties.get(name)
	if !ok {
		return s.found(nil, name.String())
	}
	change, err := s.propertyChange(r, content, known.key)
	if err != nil {
		return s.propertyRefused(err)
	}
	changed, err := s.contentProperties.update(change)
	if err != nil {
		return s.propertyRefused(err)
	}
	return http.StatusOK, changed.v2(s)
}

func deleteContentProperty(s *Server, r *http.Request, content string) (int, any) {
	name := propertyOf(r, content)
	if !s.contentProperties.remove(name) {
		return s.found(nil, name.String())
	}
	return http.StatusNoContent, nil
}

func (s *Server) propertyChange(r *http.Request, content, key string) (propertyChange, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return propertyChange{}, err
	}
	change, err := readPropertyChange(body, key)
	change.content, change.when, change.author = content, s.Time().Now(), callerOf(r).user.AccountID
	return change, err
}

// propertyRefused is 409 for a conflict and 400 for what cannot be stored.
func (s *Server) propertyRefused(err error) (int, any) {
	status := http.StatusBadRequest
	if conflict := (*propertyConflict)(nil); errors.As(err, &conflict) {
		status = http.StatusConflict
	}
	return status, s.productError(status, err.Error())
}

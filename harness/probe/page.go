package probe

import (
	"html"
	"regexp"
	"strings"
)

// What of a page is no text that a person reads.
var (
	pageTitle   = regexp.MustCompile(`(?is)<title\b[^>]*>(.*?)</title\s*>`)
	pageHidden  = regexp.MustCompile(`(?is)<!--.*?-->|<(?:script|style|noscript)\b[^>]*>.*?</(?:script|style|noscript)\s*>`)
	pageTag     = regexp.MustCompile(`(?s)<[^>]*>`)
	pageAddress = regexp.MustCompile(`(?is)<(?:script|link)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>?]+)`)
)

// A page is what makes one: the words that a person reads, and the scripts and styles
// that it loads.
type page struct {
	title string
	words map[string]int
}

// readPage reads a page as far as that takes no browser.
func readPage(body []byte) page {
	text := string(body)
	p := page{words: map[string]int{}}
	if found := pageTitle.FindStringSubmatch(text); found != nil {
		p.title = strings.Join(strings.Fields(html.UnescapeString(found[1])), " ")
	}
	for _, found := range pageAddress.FindAllStringSubmatch(text, -1) {
		p.words["loads "+found[1]]++
	}
	text = pageTag.ReplaceAllString(pageHidden.ReplaceAllString(text, " "), " ")
	for _, word := range strings.Fields(html.UnescapeString(text)) {
		p.words[word]++
	}
	return p
}

// comparePages compares a page with those that a valid token gets. A page that has
// nearly all words which these always have is the same; one that has less than half of
// them is another.
func comparePages(body []byte, controls [][]byte, loose bool) likeness {
	got, first := readPage(body), readPage(controls[0])
	steady, most, title := first.words, first.words, true
	shortest, changing := len(controls[0]), 0
	for _, c := range controls[1:] {
		p := readPage(c)
		changing = max(changing, beyond(p.words, steady), beyond(steady, p.words))
		steady, most = common(steady, p.words), union(most, p.words)
		title, shortest = title && p.title == first.title, min(shortest, len(c))
	}
	all, added := count(steady), beyond(got.words, most)
	kept := count(common(steady, got.words))
	switch {
	case all == 0 && (changing > 0 || loose):
		return unclear // nothing in it stays as it is
	case loose && kept*2 >= all:
		return same
	case loose:
		return unclear
	case kept*10 >= all*9 && (title && got.title != first.title || added > changing+all/10 || len(body)*5 < shortest*4):
		if all == 0 && added > 0 {
			return other // a shell without a word, and a page that says something
		}
		return unclear
	case kept*10 >= all*9:
		return same
	case kept*2 < all, title && got.title != first.title:
		return other
	}
	return unclear
}

// count is how many words there are.
func count(words map[string]int) int { return beyond(words, nil) }

// beyond is how many of the words are not among others.
func beyond(words, others map[string]int) int {
	n := 0
	for word, times := range words {
		n += max(0, times-others[word])
	}
	return n
}

// common are the words that both have.
func common(a, b map[string]int) map[string]int {
	both := map[string]int{}
	for word, times := range a {
		if n := min(times, b[word]); n > 0 {
			both[word] = n
		}
	}
	return both
}

// union are the words that either has.
func union(a, b map[string]int) map[string]int {
	all := map[string]int{}
	for word, times := range a {
		all[word] = max(times, b[word])
	}
	for word, times := range b {
		all[word] = max(times, a[word])
	}
	return all
}

// echoes reports whether an answer says the same as another: to the letter or, on a
// page, in what a person reads of it.
func (a Answer) echoes(b Answer) bool {
	if a.equals(b) {
		return true
	}
	if !a.comparable(b) || a.Type != "text/html" || a.Location != b.Location {
		return false
	}
	p, q := readPage(a.body), readPage(b.body)
	return count(p.words) > 0 && p.title == q.title && beyond(p.words, q.words)+beyond(q.words, p.words) == 0
}

package descriptor

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// What Module.Product can be.
const (
	ProductJira       = "jira"
	ProductConfluence = "confluence"
)

// productOfType are types that one product alone has and that render no iframe; those of Jira that are not listed begin with jira or
// serviceDesk, those of Confluence with confluence.
var productOfType = map[string]string{"blueprints": ProductConfluence}

// productOfWord are the words with which the names of locations begin in one product alone, and its webhooks' (DOC "User interface
// locations" and "Webhooks" of both).
var productOfWord = map[string][]string{
	ProductJira: {
		"atl.jira.", "jira.", "jira:", "jira-", "system.top.navigation.bar", "system.user.options", "operations-", "opsbar-", "servicedesk.",
		"issue_", "worklog_", "issuelink_", "sprint_", "board_", "project_",
	},
	ProductConfluence: {
		"atl.general", "atl.editor", "atl.page", "atl.confluence", "system.content", "system.space", "system.header/", "system.editor", "system.comment",
		"system.attachment", "system.browse", "system.profile", "page.view", "page_", "blog_", "blueprint_", "content_", "space_", "theme_", "label_",
	},
}

// productOfVariable are the things that the context variables of one product alone are about.
var productOfVariable = map[string][]string{
	ProductJira: {"issue", "issuetype", "project", "version", "component", "dashboard", "dashboardItem", "board", "sprint", "postFunction",
		"condition", "validator", "servicedesk"},
	ProductConfluence: {"space", "page", "content", "macro", "output", "editor"},
}

// Product is the product that a module is of: ProductJira or ProductConfluence, by its type, or else by its location, its event and the
// variables of its URL; "" for one that either may show.
func (m Module) Product() string {
	if product := typeProduct(m.Type); product != "" {
		return product
	}
	var facts struct {
		Location string `json:"location"`
		Event    string `json:"event"`
		URL      string `json:"url"`
	}
	_ = json.Unmarshal(m.Raw, &facts) // what is absent or of another form tells nothing
	for _, name := range []string{facts.Location, facts.Event} {
		for product, words := range productOfWord {
			if slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(name, word) }) {
				return product
			}
		}
	}
	return urlProduct(facts.URL)
}

func typeProduct(kind string) string {
	if known, ok := iframeTypes[kind]; ok {
		return known.product
	}
	switch {
	case strings.HasPrefix(kind, "jira"), strings.HasPrefix(kind, "serviceDesk"):
		return ProductJira
	case strings.HasPrefix(kind, "confluence"):
		return ProductConfluence
	}
	return productOfType[kind]
}

// urlProduct is the product whose variables a URL has; "" when it has those of neither, or of both.
func urlProduct(template string) string {
	var found []string
	for product, things := range productOfVariable {
		for _, match := range variable.FindAllStringSubmatch(template, -1) {
			thing, _, dotted := strings.Cut(match[1], ".")
			if dotted && slices.Contains(things, thing) && !slices.Contains(found, product) {
				found = append(found, product)
			}
		}
	}
	if len(found) == 1 {
		return found[0]
	}
	return ""
}

// Products are the products that the modules which render an iframe are of, Jira first; where those tell nothing, the products of all
// modules. It is empty for an app that either may show, such as one with a general page alone.
func (d *Descriptor) Products() []string {
	products := func(modules []Module) []string {
		var found []string
		for _, product := range []string{ProductJira, ProductConfluence} {
			if slices.ContainsFunc(modules, func(m Module) bool { return m.Product() == product }) {
				found = append(found, product)
			}
		}
		return found
	}
	if found := products(d.IframeModules()); len(found) > 0 {
		return found
	}
	return products(d.Modules)
}

// placeholders are the variables of the app's own, such as ac.tab, in the URL of a module: who opens it gives them.
var placeholders = regexp.MustCompile(`\$?\{(ac\.[^{}]+)\}`)

// OwnVariables are the variables of the app's own, such as ac.tab, that the URL of a module's iframe has. No place of the product fills
// them: they are given by the app when it opens the module.
func (m Module) OwnVariables() []string {
	var names []string
	for _, match := range placeholders.FindAllStringSubmatch(m.URL, -1) {
		names = append(names, match[1])
	}
	return names
}

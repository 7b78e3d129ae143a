package fakehost

// Product is the product that the host plays, spelled as productType in the
// body of a lifecycle call.
type Product string

const (
	// Jira has no context path. The empty Product is Jira as well.
	Jira Product = "jira"
	// Confluence lives under /wiki.
	Confluence Product = "confluence"
)

// name is the product's name for people.
func (p Product) name() string {
	if p == Confluence {
		return "Confluence"
	}
	return "Jira"
}

// key is the product's name on the wire.
func (p Product) key() string {
	if p == Confluence {
		return string(Confluence)
	}
	return string(Jira)
}

// contextPath is what stands between origin and route: cp in iframe URLs.
func (p Product) contextPath() string {
	if p == Confluence {
		return "/wiki"
	}
	return ""
}

// frameworkVersion is cv in iframe URLs. The forms are those of captured URLs:
// a Maven snapshot in Jira, a commit of twelve hex digits in Confluence.
func (p Product) frameworkVersion() string {
	if p == Confluence {
		return "1000.0.0-000000000000"
	}
	return "1001.0.0-SNAPSHOT"
}

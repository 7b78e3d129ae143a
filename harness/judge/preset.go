package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// presets are where published frameworks look for a token, in their order.
var presets = map[string][]CarrierSpec{
	// atlassian-connect-express 11.5.3, lib/internal/utils.js
	"atlassian-connect-express": defaultCarriers,
	// com.atlassian.connect atlassian-connect-spring-boot, JwtAuthenticationFilter:
	// the header first, then the request's parameter, which may be a form's field
	"spring-boot": {
		{Place: "header", Name: "Authorization", Scheme: "JWT"}, {Place: "query", Name: "jwt"}, {Place: "form", Name: "jwt"},
	},
	// github.com/toolsplus/atlassian-connect-play, JwtExtractor
	"play": {{Place: "header", Name: "Authorization", Scheme: "JWT"}, {Place: "query", Name: "jwt"}},
	// back ends of front ends that send the token as it is (github.com/atlassian/
	// github-for-jira, spa/src/api/axiosInstance.ts)
	"raw-header": {{Place: "header", Name: "Authorization"}},
}

// presetPrefix begins the name of a preset in a list of carriers.
const presetPrefix = "preset:"

// ParseCarriers reads one line of a list of carriers: a carrier, or a preset, as
// "preset:atlassian-connect-express", which is several.
func ParseCarriers(s string) ([]CarrierSpec, error) {
	name, ok := strings.CutPrefix(s, presetPrefix)
	if !ok {
		c, err := ParseCarrier(s)
		if err != nil {
			return nil, err
		}
		return []CarrierSpec{c}, nil
	}
	list, ok := presets[name]
	if !ok {
		return nil, fmt.Errorf("carrier %q: there is no preset of that name; there are %s", s, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
	}
	return slices.Clone(list), nil
}

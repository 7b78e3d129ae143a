package fakehost

// User is the person who is logged in to the host. The zero User is a made-up
// one; a User that sets only some fields gets the made-up rest.
type User struct {
	// AccountID is the Atlassian account id, sub of the tokens. "" is made up.
	AccountID string
	// AccountType is atlassian, customer or app. "" is atlassian.
	AccountType string
	// FullName is the display name. "" is made up.
	FullName string
	// TimeZone is an IANA name. "" is UTC.
	TimeZone string
	// Locale is as the product spells it, such as en_US. "" is en_US.
	Locale string
	// Anonymous is true when nobody is logged in: tokens then have no sub, and
	// the page knows no user. The other fields are not used.
	Anonymous bool
}

// accountCustomer is the account type of who sees a portal and nothing else.
const accountCustomer = "customer"

// customer reports whether it is a customer of a portal.
func (u User) customer() bool { return !u.Anonymous && u.AccountType == accountCustomer }

// staff reports whether it is somebody whom the product itself lets in.
func (u User) staff() bool { return !u.Anonymous && !u.customer() }

func (u User) orMadeUp() User {
	if u.Anonymous {
		return User{Anonymous: true}
	}
	set := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	set(&u.AccountID, "712020:0b5d1f0e-6f0a-4b52-9a55-3f4b8c5d7e21")
	set(&u.AccountType, "atlassian")
	set(&u.FullName, "Robin Standin")
	set(&u.TimeZone, "UTC")
	set(&u.Locale, "en_US")
	return u
}

// pageUser is the user as host.js reads it from the page's config.
type pageUser struct {
	AccountID   string `json:"atlassianAccountId"`
	AccountType string `json:"accountType"`
	FullName    string `json:"fullName"`
	TimeZone    string `json:"timeZone"`
	Locale      string `json:"locale"`
}

// forPage is nil for nobody: AP.user.getCurrentUser then answers null.
func (u User) forPage() *pageUser {
	if u.Anonymous {
		return nil
	}
	return &pageUser{u.AccountID, u.AccountType, u.FullName, u.TimeZone, u.Locale}
}

// optionsUser is the user as it stands in an extension's options, and so in
// window.name. Since the GDPR changes both ids are the account id.
type optionsUser struct {
	TimeZone string `json:"timeZone"`
	FullName string `json:"fullName"`
	UID      string `json:"uid"`
	UKey     string `json:"ukey"`
}

func (u User) forOptions() optionsUser {
	return optionsUser{TimeZone: u.TimeZone, FullName: u.FullName, UID: u.AccountID, UKey: u.AccountID}
}

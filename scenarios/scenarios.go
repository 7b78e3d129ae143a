// Package scenarios is the catalogue: what standin claims about Connect apps, one
// topic a file. Each scenario is one value that reads aloud; All is the list.
package scenarios

import "github.com/standin-dev/standin/harness"

// All are the scenarios, in the order in which they run: the cheap ones that tell
// most come first.
func All() []harness.Scenario {
	return append([]harness.Scenario{
		firstLoad,
		push, replace, hash, backForward, refererDifferential,
		idleThenAct, activeAcross, atMargin, cachedShortToken, manyCycles,
		sleepTimersLate, sleepTimersPaused, backgroundThrottle, freezeThaw,
		clientAhead, clientBehind, issuerAhead, issuerBehind, clockStepsBack,
		oneRefusal, everyRefusal, tokenHangs, tokenRejects, tokenEmpty, tokenSlow,
		cookiesBlocked,
		userSwitchReload, userSwitchLive, anonymous, licenceInactive,
	}, append(verify(), rotateSecret)...) // which leaves the app with another secret
}

package approval

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/headgate-dev/headgate/billing/problem"
)

// The codes of this package's errors.
const (
	ErrPerson      problem.Code = "E_APPROVAL_PERSON"       // a text that is no person's id, or a person that is missing
	ErrText        problem.Code = "E_APPROVAL_TEXT"         // a key, kind, account or reason that is missing or malformed
	ErrInstant     problem.Code = "E_APPROVAL_INSTANT"      // an instant that is missing or before what it follows
	ErrContent     problem.Code = "E_APPROVAL_CONTENT"      // content that is missing, contradicts itself (copy, rows, stakes) or refuses itself
	ErrPolicy      problem.Code = "E_APPROVAL_POLICY"       // a policy that is not well formed, not in force, or silent on a kind
	ErrSamePerson  problem.Code = "E_APPROVAL_SAME_PERSON"  // who prepared a thing may not decide on it
	ErrAuthority   problem.Code = "E_APPROVAL_AUTHORITY"    // no role or delegation lets this person decide
	ErrLimit       problem.Code = "E_APPROVAL_LIMIT"        // more is at stake than the person may approve
	ErrDigest      problem.Code = "E_APPROVAL_DIGEST"       // a decision or a record speaks of other content
	ErrDecided     problem.Code = "E_APPROVAL_DECIDED"      // the request was decided before, and otherwise
	ErrNotApproved problem.Code = "E_APPROVAL_NOT_APPROVED" // nobody approved this
	ErrStale       problem.Code = "E_APPROVAL_STALE"        // approved once, and reduced, withdrawn or rejected since
	ErrAltered     problem.Code = "E_APPROVAL_ALTERED"      // the content was changed after it was digested
	ErrExpired     problem.Code = "E_APPROVAL_EXPIRED"      // the approval holds no more
	ErrGrown       problem.Code = "E_APPROVAL_GROWN"        // an approved list may not grow, rise or change
	ErrReason      problem.Code = "E_APPROVAL_REASON"       // a row is taken out or lowered without a reason, or a reason without that
	ErrRecord      problem.Code = "E_APPROVAL_RECORD"       // a record that no decision could have left, or a proposal that is not its record's
	ErrSeal        problem.Code = "E_APPROVAL_SEAL"         // a record that is not sealed, or not by the host's key
	ErrHistory     problem.Code = "E_APPROVAL_HISTORY"      // records that do not follow one another
)

// maxText bounds keys, kinds, accounts, roles and reasons, in bytes.
const maxText = 500

// checkText refuses texts that two readers may take for different ones: a key with a blank behind it would be another
// request.
func checkText(path, text string) *problem.Error {
	what := ""
	switch {
	case text == "":
		what = "the text is missing"
	case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
		what = "the text is not UTF-8"
	case len(text) > maxText:
		what = fmt.Sprintf("the text has more than %d bytes", maxText)
	case strings.TrimSpace(text) != text:
		what = "the text has blanks around it"
	case strings.ContainsFunc(text, unseen):
		what = "the text has characters that cannot be seen"
	case !norm.NFC.IsNormalString(text):
		return &problem.Error{Code: ErrText, Path: path, What: "the text has letters and marks that Unicode writes otherwise",
			Fix: "give it in Unicode's form NFC"}
	default:
		return nil
	}
	return &problem.Error{Code: ErrText, Path: path, What: what, Fix: "give it as it is written in its source, on one line"}
}

// unseen says whether a character looks like nothing, or like an ordinary blank that it is not.
func unseen(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return visible(r) < 0 || !unicode.IsPrint(r)
}

// checkInstant refuses instants that no clock gave, and whose days and windows might lie beyond what a Date knows.
func checkInstant(path string, t time.Time) *problem.Error {
	switch year := t.UTC().Year(); {
	case t.IsZero():
		return &problem.Error{Code: ErrInstant, Path: path, What: "the instant is missing", Fix: "give the time of the host's clock"}
	case year < 1900 || year > 9998:
		return &problem.Error{Code: ErrInstant, Path: path, What: "the instant is outside the years 1900 to 9998", Fix: "give the time of the host's clock"}
	}
	return nil
}

func checkPerson(path string, p Person) *problem.Error {
	if !p.IsZero() {
		return nil
	}
	return &problem.Error{Code: ErrPerson, Path: path, What: "the person is missing", Fix: "give the id that ParsePerson returns"}
}

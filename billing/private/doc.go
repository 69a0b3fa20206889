// Package private holds names, postal addresses, e-mail addresses, telephone numbers and bank data in types that cannot be
// printed by accident: whatever prints, logs, marshals or compares them gets a mask, and one call, [Reveal], gets the text.
//
//	name, err := private.NewName("Ada Weir")                 // checked, kept as given; the error would not repeat it
//	fmt.Printf("%v %+v %#v %q\n", name, name, name, name)    // [private name], four times
//	slog.Info("moved in", "tenant", name)                    // tenant="[private name]"
//	body, err := json.Marshal(name)                          // "[private name]"; reading that back is ErrMask
//
//	letter.To = private.Reveal(name).Text()                  // the one door out: search for it to see who reads what
//	type wire struct {                                       // what is stored says so in its type
//		Name private.Revealed[private.Name] `json:"name"`
//	}
//
//	same, err := private.Equal(key, name, other)             // comparing needs the host's key
//	mark, err := private.FingerprintOf(key, name)            // HMAC-SHA256 under that key: a column to search by
//
// The types are [Name], [Address], [Email], [Telephone], [BankAccount] and [RoutingNumber]. The zero value of each means that
// nothing is known: it prints as "[no name]", is the empty text in JSON, is left out by omitzero, and reads back as itself.
//
// # Masks
//
// A mask is the same for every value of its type and tells nothing of it, not even its length; the verb, flags and width of
// fmt change nothing about it. What looks like a mask is refused wherever a text comes in, as [ErrMask]: those of this package,
// also within a longer text, cut short at either end, or escaped for a page or a link; usual ones such as ****6789 and
// XXX-XX-1234; and what printing leaves of an address in memory or a missing argument, such as {0x53c0e0} and %!s(MISSING).
// So a masked value that is stored and read back is an error, never somebody's name. For screens that need it,
// [BankAccount.LastFour] and [Telephone.LastFour] give the last four, where four do not give the rest away, as "…6789": the
// sign in front makes that a mask too.
//
// # Null
//
// JSON's null and a column's NULL are refused: they do not say whether the value is unknown or was left out by mistake. YAML's
// null cannot be: go.yaml.in/yaml/v4 leaves the value as it was and tells no type of it, whatever its methods. Who reads private
// values from YAML looks for nulls in the yaml.Node first, or has the file as JSON.
//
// # What stands in memory
//
// fmt cannot call the methods of a value in an unexported field, nor does it for a %p or a misplaced %w, and prints what the value
// is made of instead; so do tools that walk memory to show how two values differ. Therefore a private value is made of a
// function that returns its text: there is no text to find, only the address of code. From that follow:
//
//   - == between private values does not compile, and none can be the key of a map: compare with [Equal], and look up by
//     [FingerprintOf].
//   - reflect.DeepEqual says that any two values are different unless both are zero, even one and its own copy. A test
//     compares what private.Reveal gives, or with a key.
//   - encoding/gob refuses them.
//
// This guards against mistakes, not against code in the same process that sets out to read the values.
//
// A struct that embeds one of these types takes over its methods, and so prints and marshals as the mask altogether. Give
// the field a name instead.
package private

import "github.com/headgate-dev/headgate/billing/problem"

// The codes of this package's errors. Their texts never repeat what they refuse.
const (
	ErrText        problem.Code = "E_PRIVATE_TEXT"        // not of the shape that the type has
	ErrMask        problem.Code = "E_PRIVATE_MASK"        // a mask, where the text that it stands for is needed
	ErrReveal      problem.Code = "E_PRIVATE_REVEAL"      // a private value given to a database without Reveal
	ErrNone        problem.Code = "E_PRIVATE_NONE"        // nothing is known, where something is needed
	ErrKey         problem.Code = "E_PRIVATE_KEY"         // no key, or one that is too weak
	ErrFingerprint problem.Code = "E_PRIVATE_FINGERPRINT" // not the text of a fingerprint
)

// Package stored has what everything that a host keeps has in common: ids that come out the same each time a thing is
// run, canonical bytes to digest and sign, and versioned JSON forms that are read back strictly.
//
//	id := stored.NewID("leg", parent, stored.Ordinal(1), content) // UUIDv5: run it again, and it is the same
//
//	b := stored.AppendKind(nil, "headgate.leg.1")                  // canonical bytes say one thing only
//	b = stored.AppendText(b, "water")
//	b = stored.AppendInt(b, 12340)
//
//	data, err := legForm.Marshal(leg)                              // {"form":"leg","version":1,"value":{…}}
//	leg, err = legForm.Unmarshal(data)                             // what it does not know, it refuses
//
// # Ids
//
// An id is made of what it names, so that running a thing twice names it the same and nothing is entered twice. What makes
// two equal things two is their key: the ordinal within the parent, or the key that the source gives. An id is never made
// of names, addresses or bank data, since it could be tried against a list of them.
//
// # Stored forms
//
// A [Form] writes a value as one line of JSON under the name of the form and its version. Reading is strict: a key that the
// version does not have, one that is missing, given twice or spelled with other capitals, text behind the end, and a value
// that would be written otherwise are refused, with the path to it. The order of keys and blanks have no meaning, so that a
// host may keep forms in a column of jsonb. Versions once written stay readable: [Reads] adds the reader of an older one.
//
// A form within another's value, such as the quote of a bill, is held there as the json.RawMessage that its own Marshal
// wrote, and read by its own Unmarshal. So each keeps its own version: held as its type, it would be written again in the
// newest, and every older form around it would be refused as one that would be written otherwise.
package stored

import "github.com/headgate-dev/headgate/billing/problem"

// The codes of this package's errors.
const (
	ErrID      problem.Code = "E_STORED_ID"      // not an id, or not the id of what it stands with
	ErrForm    problem.Code = "E_STORED_FORM"    // not JSON of this form
	ErrKind    problem.Code = "E_STORED_KIND"    // the form of another kind of value
	ErrVersion problem.Code = "E_STORED_VERSION" // a version that this package does not know
	ErrKey     problem.Code = "E_STORED_KEY"     // a key that is unknown, missing or given twice
	ErrValue   problem.Code = "E_STORED_VALUE"   // a value that cannot be, or would be written otherwise
)

package policyfile

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/rates"
)

// Why a file does not parse. A text that is not what its type reads, and a finding of
// a struct's Check, keep the codes of the packages that they come from, such as
// money.ErrSubCent or exact.ErrMode.
const (
	// ErrYAML: the file is not one YAML document in UTF-8, or is larger or deeper than
	// any policy, or uses anchors, aliases, tags or merge keys.
	ErrYAML = yamldoc.ErrYAML
	// ErrDuplicateKey: a mapping holds a key twice. The place is that of the second.
	ErrDuplicateKey = yamldoc.ErrDuplicateKey
	// ErrFormat: the file is no policy file, or one of a version that is not known.
	ErrFormat problem.Code = "E_FORMAT"
	// ErrUnknownKey: a key that has no meaning where it stands, or an area that the
	// program does not read.
	ErrUnknownKey problem.Code = "E_UNKNOWN_KEY"
	// ErrMissing: a key that must be there is not, or has no value.
	ErrMissing problem.Code = "E_MISSING"
	// ErrShape: a list where a text belongs, a text where a mapping belongs, and such.
	ErrShape problem.Code = "E_SHAPE"
	// ErrNumber: a number that is written in another way than the format's, or that a
	// float has touched, or that does not fit.
	ErrNumber problem.Code = "E_NUMBER"
	// ErrBool: neither true nor false.
	ErrBool problem.Code = "E_BOOL"
	// ErrText: a text that is empty, or that YAML takes for something else.
	ErrText problem.Code = "E_TEXT"
	// ErrChoice: a text that its type does not read, for a reason without a code.
	ErrChoice problem.Code = "E_CHOICE"
	// ErrRule: a value that the validate tags of its struct refuse, or a problem
	// without a code that the struct's Check has found.
	ErrRule problem.Code = "E_POLICY_RULE"
	// ErrDate: a date that is none.
	ErrDate = civil.ErrDate
	// ErrPeriod: a version that has no days.
	ErrPeriod = civil.ErrPeriod
	// ErrGap: days between two versions that belong to none.
	ErrGap = rates.ErrVersionGap
	// ErrOverlap: days that belong to two versions, or versions out of order.
	ErrOverlap = rates.ErrVersionOverlap
	// ErrCalendar: a closed day that is outside its version or on a weekend.
	ErrCalendar = civil.ErrCalendar
	// ErrStruct: the program asks for what this package cannot do: a struct with a field
	// that has no policy tag, a rule that no value could meet, an area named twice. The
	// fault is in the program and not in the file; the file was not read.
	ErrStruct problem.Code = "E_POLICY_STRUCT"
)

// Why a policy gives no answer.
const (
	// ErrNotKnown: the file states that the value is not known.
	ErrNotKnown problem.Code = "E_NOT_KNOWN"
	// ErrNoArea: the file does not have the area, or the name in it, or was not read.
	ErrNoArea problem.Code = "E_NO_AREA"
	// ErrNoVersion: no version holds on the day.
	ErrNoVersion = rates.ErrNoVersion
)

package ratefile

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/ratecheck"
)

// Why a file does not parse, and why a book of a file does not load. Problems of the
// book itself have the codes of billing/rates.
const (
	// ErrYAML: the file is not one YAML document in UTF-8, or is larger or deeper than
	// any rate book, or uses anchors, aliases, tags or merge keys.
	ErrYAML = yamldoc.ErrYAML
	// ErrDuplicateKey: a mapping holds a key twice. The place is that of the second.
	ErrDuplicateKey = yamldoc.ErrDuplicateKey
	// ErrFormat: the file is no rate book, or one of a version that is not known.
	ErrFormat problem.Code = "E_FORMAT"
	// ErrUnknownKey: a key that has no meaning where it stands.
	ErrUnknownKey problem.Code = "E_UNKNOWN_KEY"
	// ErrMissing: a key that must be there is not, or has no value.
	ErrMissing problem.Code = "E_MISSING"
	// ErrShape: a list where a text belongs, a text where a mapping belongs, and such.
	ErrShape problem.Code = "E_SHAPE"
	// ErrNumber: a number that is written in another way than the format's, or that
	// a float has touched, or that has more than it may.
	ErrNumber problem.Code = "E_NUMBER"
	// ErrText: a text that is empty, or that YAML takes for something else.
	ErrText problem.Code = "E_TEXT"
	// ErrChoice: a word that is none of the choices.
	ErrChoice problem.Code = "E_CHOICE"
	// ErrDate: a date that is none.
	ErrDate = civil.ErrDate
	// ErrPeriod: a period that ends before it begins, or has no days.
	ErrPeriod = civil.ErrPeriod
	// ErrCheck: the book does not reproduce a worked bill.
	ErrCheck = ratecheck.ErrCheck
)

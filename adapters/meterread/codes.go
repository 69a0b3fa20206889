package meterread

import (
	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Why a layout is refused.
const (
	// ErrYAML: the file is not one YAML document in UTF-8, or is larger or deeper than any layout.
	ErrYAML = yamldoc.ErrYAML
	// ErrDuplicateKey: a mapping holds a key twice. The place is that of the second.
	ErrDuplicateKey = yamldoc.ErrDuplicateKey
	// ErrUnknownKey: a key that has no meaning where it stands.
	ErrUnknownKey problem.Code = "E_UNKNOWN_KEY"
	// ErrMissing: a key that must be there is not, or has no value.
	ErrMissing problem.Code = "E_MISSING"
	// ErrShape: a list where a text belongs, and such.
	ErrShape problem.Code = "E_SHAPE"
	// ErrChoice: a word that is none of the choices: a kind, a type, a direction.
	ErrChoice problem.Code = "E_CHOICE"
	// ErrNumber: what must be a whole number is none, or is out of bounds.
	ErrNumber problem.Code = "E_NUMBER"
	// ErrRole: a role that no reader of this package knows.
	ErrRole problem.Code = "E_ROLE"
	// ErrRoleTwice: a role that can be had once stands on two fields of a record.
	ErrRoleTwice problem.Code = "E_ROLE_TWICE"
	// ErrName: two fields of a record, or two records, bear one name.
	ErrName problem.Code = "E_NAME"
	// ErrOverlap: two fields take the same columns.
	ErrOverlap problem.Code = "E_OVERLAP"
	// ErrGap: columns that no field takes, in a record that says it has none such.
	ErrGap problem.Code = "E_GAP"
	// ErrLength: fields that reach beyond the length of their record, or fall short of it.
	ErrLength problem.Code = "E_LENGTH"
	// ErrFormat: a format of dates that cannot be read.
	ErrFormat problem.Code = "E_FORMAT"
	// ErrRecord: a record that has no match, or a parent, a count or a repeat that leads nowhere.
	ErrRecord problem.Code = "E_RECORD"
	// ErrUnstated: a format that its vendor does not publish and the site has not set.
	ErrUnstated problem.Code = "E_UNSTATED"
	// ErrNoLayout: no layout, field or code table of that name.
	ErrNoLayout problem.Code = "E_NO_LAYOUT"
)

// Why a stream ends before its file does, and why a row is not written.
const (
	// ErrEncoding: the file is UTF-16 or UTF-32, not bytes of text.
	ErrEncoding problem.Code = "E_ENCODING"
	// ErrOtherLayout: the heading is that of another layout.
	ErrOtherLayout problem.Code = "E_OTHER_LAYOUT"
	// ErrDocument: the JSON or XML cannot be understood from there on.
	ErrDocument problem.Code = "E_DOCUMENT"
	// ErrInput: the source failed.
	ErrInput problem.Code = "E_INPUT"
	// ErrRow: a value that its field cannot hold, or a kind of file that is not written here.
	ErrRow problem.Code = "E_ROW"
)

// What a finding tells of a line. Where nothing else is said, the line gives no read.
const (
	// LineTooShort: the line ends before the last column that the layout needs.
	LineTooShort problem.Code = "LineTooShort"
	// LineTooLong: something other than blanks stands behind the last column, or the line is longer than [MaxLine].
	LineTooLong problem.Code = "LineTooLong"
	// NotNumeric: a number with a sign, a blank or a letter in it, or one of more than 18 digits.
	NotNumeric problem.Code = "NotNumeric"
	// BadDate: a day or time that does not exist or is written in another way.
	BadDate problem.Code = "BadDate"
	// BadConst: another text stands where the layout has a constant.
	BadConst problem.Code = "BadConst"
	// Missing: a required field is blank, or an element that says what the value is. Where a raw reading stands without a reading and without a
	// scalar, the line is kept: it is one that holds no reading.
	Missing problem.Code = "Missing"
	// NoMeter: nothing says whose reading it is.
	NoMeter problem.Code = "NoMeter"
	// NoParent: the record that should enclose this one is not there or was refused.
	NoParent problem.Code = "NoParent"
	// GroupTooLong: a group has more than 4096 records, or more than 4 MiB (4,194,304 bytes) in them.
	GroupTooLong problem.Code = "GroupTooLong"
	// BadRecord: the type of the record cannot be read.
	BadRecord problem.Code = "BadRecord"
	// UnknownRecord: the layout neither tables the type of the record nor names it among the others. The line is kept and counted; as its
	// type may be a damaged one, no group that was open before it goes on behind it.
	UnknownRecord problem.Code = "UnknownRecord"
	// JoinedLines: a second record stands whole behind the first, as where a line end is lost. Neither is used, and no group goes on.
	//
	// What a vendor's longer line holds is not taken for one: a second record has the type of one of the layout's records where that has
	// it, room for all of its columns, its constants, and in each field of a number or a day such a one or a blank; one field at least
	// besides the constants is not blank; and it begins behind the columns of the first, or, where it begins with its type, anywhere but in
	// a text field, as a name that begins like a type does. Where records have no type, a constant of three bytes or more stands for it.
	// Those that have neither cannot be told from more columns, where the layout leaves open how long a line is.
	JoinedLines problem.Code = "JoinedLines"
	// BadQuote: a quote that is not closed on its line, or stands inside a cell.
	BadQuote problem.Code = "BadQuote"
	// BadEncoding: bytes that are no text of the file's encoding, or that shift the columns.
	BadEncoding problem.Code = "BadEncoding"
	// CountMismatch: a line states another number of groups than it has.
	CountMismatch problem.Code = "CountMismatch"
	// ScaleMismatch: raw reading times scalar is not the scaled reading, compared exactly, or one of them is no number. The read stays.
	ScaleMismatch problem.Code = "ScaleMismatch"
	// TotalMismatch: a control count is not that of the records. The records stay.
	TotalMismatch problem.Code = "TotalMismatch"
	// Repeated: a value that must be unique in the file was there before.
	Repeated problem.Code = "Repeated"
	// MissingColumn: the heading lacks a column. It is blank in all reads.
	MissingColumn problem.Code = "MissingColumn"
	// OtherLayout: no line of the file fits the layout.
	OtherLayout problem.Code = "OtherLayout"
	// NotSupported: what the file says in a way that is not read here.
	NotSupported problem.Code = "NotSupported"
)

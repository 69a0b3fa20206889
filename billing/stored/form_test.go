package stored_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// A read is what the tests store: with an id of its content, a list, a map, and parts that may be absent.
type read struct {
	meter     string
	units     int64
	estimated bool
	note      string
	facts     map[string]string
	registers []register
	stamp     stamp
}

type register struct {
	Dial  string `json:"dial"`
	Units int64  `json:"units"`
}

// A stamp reads itself, and only "at" with digits.
type stamp string

const errStamp problem.Code = "E_STAMP"

func (s *stamp) UnmarshalText(text []byte) error {
	rest, ok := strings.CutPrefix(string(text), "at")
	if !ok || strings.Trim(rest, "0123456789") != "" {
		return &problem.Error{Code: errStamp, Path: "digits", What: "the text is no stamp", Fix: "write at and digits"}
	}
	*s = stamp(text)
	return nil
}

func (r read) id() stored.ID {
	b := stored.AppendInt(stored.AppendText(nil, r.meter), r.units)
	return stored.NewID("read", stored.ID{}, r.meter, b)
}

// readV1 is the shape as it was before estimates were told apart.
type readV1 struct {
	ID    stored.ID `json:"id"`
	Meter string    `json:"meter"`
	Units int64     `json:"units"`
}

type readV2 struct {
	ID        stored.ID         `json:"id"`
	Meter     string            `json:"meter"`
	Units     int64             `json:"units"`
	Estimated bool              `json:"estimated"`
	Note      string            `json:"note,omitempty"`
	Facts     map[string]string `json:"facts,omitempty"`
	Registers []register        `json:"registers,omitempty"`
	Stamp     stamp             `json:"stamp,omitempty"`
}

func newReads() stored.Form[read] {
	checked := func(r read, id stored.ID) (read, error) {
		if r.units < 0 {
			return read{}, problem.List{{Code: stored.ErrValue, Path: "units", What: "it is below zero", Fix: "correct it"}}.Err()
		}
		return r, id.Check("id", r.id())
	}
	f := stored.NewForm("read", 2, func(r read) (readV2, error) {
		if r.meter == "" {
			return readV2{}, &problem.Error{Code: stored.ErrValue, Path: "meter", What: "it is empty", Fix: "name it"}
		}
		return readV2{r.id(), r.meter, r.units, r.estimated, r.note, r.facts, r.registers, r.stamp}, nil
	}, func(w readV2) (read, error) {
		return checked(read{w.Meter, w.Units, w.Estimated, w.Note, w.Facts, w.Registers, w.Stamp}, w.ID)
	})
	return stored.Reads(f, 1, func(w readV1) (read, error) { return checked(read{meter: w.Meter, units: w.Units}, w.ID) })
}

var (
	reads   = newReads()
	july    = read{meter: "M-17", units: 13, estimated: true, facts: map[string]string{"size": "5/8"}, registers: []register{{"low", 12}, {"high", 1}}, stamp: "at7"}
	julyID  = july.id().String()
	julyRaw = `{"form":"read","version":2,"value":{"id":"` + julyID + `","meter":"M-17","units":13,"estimated":true,` +
		`"facts":{"size":"5/8"},"registers":[{"dial":"low","units":12},{"dial":"high","units":1}],"stamp":"at7"}}`
)

// requireProblem finds the one problem that an error is: with that code, a reason and a remedy.
func requireProblem(t require.TestingT, err error, code problem.Code) *problem.Error {
	require.ErrorIs(t, err, code)
	var p *problem.Error
	require.True(t, errors.As(err, &p))
	require.Equal(t, code, p.Code, "%v", err)
	require.NotEmpty(t, p.What, "reason of %v", err)
	require.NotEmpty(t, p.Fix, "remedy of %v", err)
	return p
}

func TestFormIsOneLineAndReadsBack(t *testing.T) {
	data, err := reads.Marshal(july)
	require.NoError(t, err)
	require.Equal(t, julyRaw, string(data))
	back, err := reads.Unmarshal(data)
	require.NoError(t, err)
	require.Equal(t, july, back)
	require.Equal(t, "read", reads.Name())
	require.Equal(t, 2, reads.Version())
	require.Equal(t, []int{1, 2}, reads.Versions())
}

// Stored texts can be read and searched as they are.
func TestTextsAreWrittenPlainly(t *testing.T) {
	data, err := reads.Marshal(read{meter: "<A> & B, Peña"})
	require.NoError(t, err)
	require.Contains(t, string(data), `"<A> & B, Peña"`)
}

// A column of jsonb orders keys and sets blanks as it likes, and escapes what it likes.
func TestOrderOfKeysAndBlanksAreFree(t *testing.T) {
	back, err := reads.Unmarshal([]byte("\n{ \"value\" : {\"stamp\":\"at7\",\"registers\":[ {\"units\":12,\"dial\":\"low\"},{\"dial\":\"h\\u0069gh\",\"units\":1}],\t" +
		`"facts":{"size":"5\/8"}, "estimated":true, "units" : 13, "meter":"M-17", "id":"` + julyID + `"},"version":2,"form":"read" }` + " \r\n"))
	require.NoError(t, err)
	require.Equal(t, july, back)
}

func TestOldVersionStaysReadable(t *testing.T) {
	plain := read{meter: "M-17", units: 13}
	back, err := reads.Unmarshal([]byte(`{"form":"read","version":1,"value":{"id":"` + julyID + `","meter":"M-17","units":13}}`))
	require.NoError(t, err)
	require.Equal(t, plain, back)
	data, err := reads.Marshal(back)
	require.NoError(t, err)
	require.Contains(t, string(data), `"version":2`, "it is written in the newest")
	// A version is read by its own rules alone.
	_, err = reads.Unmarshal([]byte(`{"form":"read","version":1,"value":{"id":"` + julyID + `","meter":"M-17","units":13,"estimated":true}}`))
	require.Equal(t, "value.estimated", requireProblem(t, err, stored.ErrKey).Path)
	_, err = reads.Unmarshal([]byte(`{"form":"read","version":2,"value":{"id":"` + julyID + `","meter":"M-17","units":13}}`))
	require.Equal(t, "value.estimated", requireProblem(t, err, stored.ErrKey).Path)
}

func TestVersionIsReadByOneReader(t *testing.T) {
	again := func(version int) func() {
		return func() { stored.Reads(reads, version, func(readV1) (read, error) { return read{}, nil }) }
	}
	require.Panics(t, again(1))
	require.Panics(t, again(2))
	require.Panics(t, again(0))
	require.NotPanics(t, again(3), "a version to come may be read before it is written")
	require.Equal(t, []int{1, 2}, reads.Versions(), "the form itself stays as it was")
}

// marker is in the values of what is refused, and in none of the errors.
const marker = "MARKER7391"

// altered replaces one part of a good form.
func altered(t require.TestingT, old, new string) string {
	require.Equal(t, 1, strings.Count(julyRaw, old), old)
	return strings.Replace(julyRaw, old, new, 1)
}

// What a form does not know, it refuses: with the place, the reason and what to do, and never with what stands there.
func TestReadingIsStrict(t *testing.T) {
	deep := func(n int) string {
		return altered(t, `"estimated":true`, `"estimated":`+strings.Repeat("[", n)+strings.Repeat("]", n))
	}
	for _, c := range []struct {
		name, data string
		code       problem.Code
		path       string
	}{
		{"nothing", "", stored.ErrForm, ""},
		{"blanks", "  ", stored.ErrForm, ""},
		{"no JSON", marker, stored.ErrForm, ""},
		{"null", "null", stored.ErrForm, ""},
		{"a text", `"` + marker + `"`, stored.ErrForm, ""},
		{"a list", `["` + marker + `"]`, stored.ErrForm, ""},
		{"an empty object", "{}", stored.ErrKey, "form"},
		{"no form", altered(t, `"form":"read",`, ""), stored.ErrKey, "form"},
		{"no version", altered(t, `"version":2,`, ""), stored.ErrKey, "version"},
		{"no value", `{"form":"read","version":2}`, stored.ErrKey, "value"},
		{"one key more around the value", altered(t, `"version":2`, `"version":2,"author":"`+marker+`"`), stored.ErrKey, "author"},
		{"another form", altered(t, `"read"`, `"`+marker+`"`), stored.ErrKind, "form"},
		{"the form in capitals", altered(t, `"read"`, `"Read"`), stored.ErrKind, "form"},
		{"the form as a number", altered(t, `"read"`, "7"), stored.ErrKind, "form"},
		{"the form as a list", altered(t, `"read"`, `["read"]`), stored.ErrKind, "form"},
		{"no form's name", altered(t, `"read"`, "null"), stored.ErrKind, "form"},
		{"a version to come", altered(t, `"version":2`, `"version":3`), stored.ErrVersion, "version"},
		{"version zero", altered(t, `"version":2`, `"version":0`), stored.ErrVersion, "version"},
		{"a version below zero", altered(t, `"version":2`, `"version":-2`), stored.ErrVersion, "version"},
		{"the version as a text", altered(t, `"version":2`, `"version":"2"`), stored.ErrVersion, "version"},
		{"the version as a float", altered(t, `"version":2`, `"version":2.0`), stored.ErrVersion, "version"},
		{"the version with an exponent", altered(t, `"version":2`, `"version":2e0`), stored.ErrVersion, "version"},
		{"a huge version", altered(t, `"version":2`, `"version":18446744073709551618`), stored.ErrVersion, "version"},
		{"a version that wraps at 32 bits", altered(t, `"version":2`, `"version":4294967298`), stored.ErrVersion, "version"},
		{"no version's number", altered(t, `"version":2`, `"version":null`), stored.ErrVersion, "version"},
		{"the version as a list", altered(t, `"version":2`, `"version":[2]`), stored.ErrVersion, "version"},
		{"a key more", altered(t, `"units":13`, `"units":13,"payer":"`+marker+`"`), stored.ErrKey, "value.payer"},
		{"a key more in a list", altered(t, `"units":12`, `"units":12,"payer":"`+marker+`"`), stored.ErrKey, "value.registers[0].payer"},
		{"a key more with a strange name", altered(t, `"units":13`, `"units":13,"a\nb":1`), stored.ErrKey, `value."a\nb"`},
		{"a key missing", altered(t, `"meter":"M-17",`, ""), stored.ErrKey, "value.meter"},
		{"a key missing in a list", altered(t, `{"dial":"low","units":12}`, `{"dial":"low"}`), stored.ErrKey, "value.registers[0].units"},
		{"a key twice", altered(t, `"units":13`, `"units":13,"units":13`), stored.ErrKey, "value.units"},
		{"a key twice, escaped", altered(t, `"units":13`, `"units":13,"un\u0069ts":13`), stored.ErrKey, "value.units"},
		{"a key twice in a list", altered(t, `"units":12`, `"units":12,"units":12`), stored.ErrKey, "value.registers[0].units"},
		{"a key twice around the value", altered(t, `"version":2`, `"version":2,"version":2`), stored.ErrKey, "version"},
		{"a key with capitals", altered(t, `"meter"`, `"Meter"`), stored.ErrKey, "value.Meter"},
		{"a key with capitals besides", altered(t, `"units":13`, `"units":13,"UNITS":14`), stored.ErrKey, "value.UNITS"},
		{"value in capitals", altered(t, `"value"`, `"VALUE"`), stored.ErrKey, "value"},
		{"a value in capitals besides", altered(t, `"version":2`, `"version":2,"Value":{}`), stored.ErrKey, "Value"},
		{"an optional key that says nothing", altered(t, `"units":13`, `"units":13,"note":""`), stored.ErrKey, "value.note"},
		{"text behind", julyRaw + marker, stored.ErrForm, ""},
		{"a brace behind", julyRaw + "}", stored.ErrForm, ""},
		{"a comma behind", julyRaw + ",", stored.ErrForm, ""},
		{"a blank of another kind behind", julyRaw + "\u00a0", stored.ErrForm, ""},
		{"a NUL behind", julyRaw + "\x00", stored.ErrForm, ""},
		{"a second form behind", julyRaw + julyRaw, stored.ErrForm, ""},
		{"a second form on the next line", julyRaw + "\n" + julyRaw, stored.ErrForm, ""},
		{"a byte order mark", "\ufeff" + julyRaw, stored.ErrForm, ""},
		{"a comma too many", altered(t, `"units":13,`, `"units":13,,`), stored.ErrForm, "value"},
		{"a comma at the end of a list", altered(t, `"units":1}]`, `"units":1},]`), stored.ErrForm, "value.registers[2]"},
		{"a wrong bracket", altered(t, `"units":1}]`, `"units":1}}`), stored.ErrForm, "value.registers"},
		{"bytes that are not UTF-8", altered(t, "M-17", "M-\xff17"), stored.ErrForm, ""},
		{"half a surrogate pair", altered(t, "M-17", `M-\ud800`+marker), stored.ErrValue, "value.meter"},
		{"the other half", altered(t, "M-17", `M-\udc00`+marker), stored.ErrValue, "value.meter"},
		{"a character that was lost", altered(t, "M-17", "M-\ufffd"+marker), stored.ErrValue, "value.meter"},
		{"a character that was lost from a key", altered(t, `"size"`, `"s\ud800ze"`), stored.ErrValue, "value.facts"},
		{"null for a text", altered(t, `"M-17"`, "null"), stored.ErrValue, "value.meter"},
		{"null for a number", altered(t, `"units":13`, `"units":null`), stored.ErrValue, "value.units"},
		{"null for a choice", altered(t, `true`, `null`), stored.ErrValue, "value.estimated"},
		{"null for a list", altered(t, `[{"dial":"low","units":12},{"dial":"high","units":1}]`, "null"), stored.ErrKey, "value.registers"},
		{"null in a list", altered(t, `{"dial":"low","units":12}`, "null"), stored.ErrValue, "value.registers[0]"},
		{"null for an id", altered(t, `"`+julyID+`"`, "null"), stored.ErrValue, "value.id"},
		{"null for the value", `{"form":"read","version":2,"value":null}`, stored.ErrValue, "value"},
		{"a text for the value", `{"form":"read","version":2,"value":"` + marker + `"}`, stored.ErrValue, "value"},
		{"a list for the value", `{"form":"read","version":2,"value":[]}`, stored.ErrValue, "value"},
		{"a number for a text", altered(t, `"M-17"`, "7391"), stored.ErrValue, "value.meter"},
		{"a text for a number", altered(t, `"units":13`, `"units":"`+marker+`"`), stored.ErrValue, "value.units"},
		{"a text for a number in a list", altered(t, `"units":1}`, `"units":"`+marker+`"}`), stored.ErrValue, "value.registers[1].units"},
		{"a number for a text in a map", altered(t, `"5/8"`, `7391`), stored.ErrValue, "value.facts.size"},
		{"a float for a number", altered(t, `"units":13`, `"units":7391.0`), stored.ErrValue, "value.units"},
		{"an exponent", altered(t, `"units":13`, `"units":13e0`), stored.ErrValue, "value.units"},
		{"minus zero", altered(t, `"units":13`, `"units":-0`), stored.ErrValue, "value.units"},
		{"a huge number", altered(t, `"units":13`, `"units":73910000000000000000`), stored.ErrValue, "value.units"},
		{"a number for a choice", altered(t, "true", "1"), stored.ErrValue, "value.estimated"},
		{"a list for a text", altered(t, `"M-17"`, `["`+marker+`"]`), stored.ErrValue, "value.meter"},
		{"an object for a list", altered(t, `[{"dial":"low","units":12},{"dial":"high","units":1}]`, `{"a":"`+marker+`"}`), stored.ErrValue, "value.registers"},
		{"a text for an object", altered(t, `{"dial":"low","units":12}`, `"`+marker+`"`), stored.ErrValue, "value.registers[0]"},
		{"an id that is none", altered(t, julyID, marker), stored.ErrID, "value.id"},
		{"another id", altered(t, julyID, stored.NewID("read", stored.ID{}, "", nil).String()), stored.ErrID, "value.id"},
		{"no id", altered(t, julyID, ""), stored.ErrID, "value.id"},
		{"content of another id", altered(t, "M-17", marker), stored.ErrID, "value.id"},
		{"what the reader refuses", altered(t, `"units":13`, `"units":-7391`), stored.ErrValue, "value.units"},
		{"what a type refuses that reads itself", altered(t, "at7", marker), errStamp, "value.stamp.digits"},
		{"lists too deep", deep(1_000_000), stored.ErrForm, "value.estimated" + strings.Repeat("[0]", 98)},
		{"lists just too deep", deep(99), stored.ErrForm, "value.estimated" + strings.Repeat("[0]", 98)},
		{"lists not too deep", deep(98), stored.ErrValue, "value.estimated"},
		{"brackets without end", strings.Repeat("[", 1_000_000), stored.ErrForm, strings.Repeat("[0]", 100)},
		{"braces without end", strings.Repeat(`{"a":`, 1_000_000), stored.ErrForm, strings.Repeat("a.", 99) + "a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			back, err := reads.Unmarshal([]byte(c.data))
			p := requireProblem(t, err, c.code)
			require.Equal(t, c.path, p.Path, "%v", err)
			require.Zero(t, back)
			require.NotContains(t, err.Error(), marker)
			require.NotContains(t, err.Error(), "7391")
		})
	}
}

func TestPathsOfStrangeKeysAreCut(t *testing.T) {
	_, err := reads.Unmarshal([]byte(altered(t, `"units":13`, `"units":13,"`+strings.Repeat("x", 100_000)+`":1`)))
	require.Less(t, len(err.Error()), 300)
}

// A form that was cut anywhere is refused.
func TestTornFormIsRefused(t *testing.T) {
	for i := range len(julyRaw) {
		_, err := reads.Unmarshal([]byte(julyRaw[:i]))
		requireProblem(t, err, stored.ErrForm)
	}
	for i := 1; i < len(julyRaw); i++ {
		_, err := reads.Unmarshal([]byte(julyRaw[i:]))
		require.Error(t, err, "from byte %d", i)
	}
}

func TestWhatWouldNotReadBackIsNotWritten(t *testing.T) {
	for name, c := range map[string]struct {
		read read
		code problem.Code
		path string
	}{
		"what the writer refuses":              {read{}, stored.ErrValue, "meter"},
		"what the reader refuses":              {read{meter: "M", units: -1}, stored.ErrValue, "value.units"},
		"a text that is not UTF-8":             {read{meter: "M\xff"}, stored.ErrValue, "value.meter"},
		"a key that is not UTF-8":              {read{meter: "M", facts: map[string]string{"\xff": ""}}, stored.ErrValue, "value.facts"},
		"two keys that come out alike":         {read{meter: "M", facts: map[string]string{"\xff": "", "\xfe": ""}}, stored.ErrValue, "value.facts"},
		"what a type does not read back again": {read{meter: "M", stamp: "7"}, errStamp, "value.stamp.digits"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := reads.Marshal(c.read)
			require.Nil(t, data)
			require.Equal(t, c.path, requireProblem(t, err, c.code).Path)
		})
	}
}

// A masked is written as a mask, and refuses to be read from one.
type masked string

const mask = "[masked]"

func (masked) MarshalText() ([]byte, error) { return []byte(mask), nil }

func (m *masked) UnmarshalText(text []byte) error {
	if string(text) == mask {
		return &problem.Error{Code: errStamp, What: "the text is a mask", Fix: "store the value revealed"}
	}
	*m = masked(text)
	return nil
}

type refusing struct{}

func (refusing) MarshalText() ([]byte, error) { return nil, errors.New(marker) }

func form[W any]() stored.Form[W] {
	as := func(w W) (W, error) { return w, nil }
	return stored.NewForm("shape", 1, as, as)
}

// A form that holds a private value by mistake would store its mask in its place.
func TestMaskIsNotStored(t *testing.T) {
	type account struct {
		ID    string   `json:"id"`
		Names []masked `json:"names"`
	}
	data, err := form[account]().Marshal(account{"A-1001", []masked{marker}})
	require.Nil(t, data)
	require.Equal(t, "value.names[0]", requireProblem(t, err, errStamp).Path)
	require.NotContains(t, err.Error(), marker)
}

func TestWhatJSONCannotHoldIsNotWritten(t *testing.T) {
	for name, err := range map[string]error{
		"a channel":           errOf(form[struct{ C chan int }]().Marshal(struct{ C chan int }{make(chan int)})),
		"a type that refuses": errOf(form[struct{ R refusing }]().Marshal(struct{ R refusing }{})),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "value", requireProblem(t, err, stored.ErrForm).Path)
			require.NotContains(t, err.Error(), marker)
		})
	}
}

func errOf(_ []byte, err error) error { return err }

// An odd reads itself, from an object with numbers alone.
type odd struct{ A int }

func (o *odd) UnmarshalJSON(data []byte) error {
	var numbers map[string]int
	if err := json.Unmarshal(data, &numbers); err != nil {
		return &problem.Error{Code: errStamp, What: "not all are numbers", Fix: "give numbers"}
	}
	o.A = numbers["A"]
	return nil
}

// Where encoding/json does not say where a value stands that a type refused, the path is found all the same.
func TestPlaceIsFoundInEveryShape(t *testing.T) {
	type inner struct {
		Stamp *stamp `json:"stamp"`
	}
	type Embedded struct {
		Deep map[string][]inner `json:"deep"`
	}
	type shape struct {
		Embedded
		Pair  [2]int `json:"pair"`
		Odd   odd    `json:"odd"`
		Named int    // its key is its name
	}
	good := `{"form":"shape","version":1,"value":{"deep":{"k":[{"stamp":"at1"},{"stamp":"at2"}]},"pair":[1,2],"odd":{"A":5},"Named":3}}`
	_, err := form[shape]().Unmarshal([]byte(good))
	require.NoError(t, err)
	for _, c := range []struct{ old, new, path string }{
		{`"at2"`, `"x"`, "value.deep.k[1].stamp.digits"},
		{`"at1"`, `"x"`, "value.deep.k[0].stamp.digits"},
		{`"at1"`, `7`, "value.deep.k[0].stamp"},
		{`[{"stamp":"at1"},{"stamp":"at2"}]`, `"x"`, "value.deep.k"},
		{`,2]`, `,"x"]`, "value.pair[1]"},
		{`[1,2]`, `"x"`, "value.pair"},
		{`[1,2]`, `[1,2,3]`, "value.pair"},
		{`[1,2]`, `[1]`, "value.pair"},
		{`{"A":5}`, `{"A":"x"}`, "value.odd"}, // only the type knows what it does not take
		{`3`, `"x"`, "value.Named"},
	} {
		_, err := form[shape]().Unmarshal([]byte(strings.Replace(good, c.old, c.new, 1)))
		var p *problem.Error
		require.ErrorAs(t, err, &p, c.path)
		require.Equal(t, c.path, p.Path, "%s in place of %s", c.new, c.old)
	}
}

// An error of a reader that is no problem of this module stays what it is; of a list each has its path.
func TestReadersErrorsKeepTheirMeaning(t *testing.T) {
	other := errors.New("other")
	refuses := func(err error) error {
		f := stored.NewForm("shape", 1, func(n int) (int, error) { return n, nil }, func(int) (int, error) { return 0, err })
		_, err = f.Unmarshal([]byte(`{"form":"shape","version":1,"value":1}`))
		return err
	}
	require.Equal(t, other, refuses(other))
	inner := &problem.Error{Code: errStamp, Path: "[3]", What: "w", Fix: "f", Err: other}
	err := refuses(problem.List{inner, {Code: stored.ErrID, What: "w"}})
	require.EqualError(t, err, "E_STAMP: value[3]: w; f\nE_STORED_ID: value: w")
	require.ErrorIs(t, err, other)
	require.ErrorIs(t, err, stored.ErrID)
	require.Equal(t, "[3]", inner.Path, "the reader's own error is not changed")
}

// A form in another's value keeps the version that it was written in.
func TestNestedFormKeepsItsVersion(t *testing.T) {
	type visit struct {
		Who  string          `json:"who"`
		Read json.RawMessage `json:"read"`
	}
	visits := stored.NewForm("visit", 1, func(r read) (visit, error) {
		data, err := reads.Marshal(r)
		return visit{"J", data}, err
	}, func(w visit) (read, error) { return reads.Unmarshal(w.Read) })
	data, err := visits.Marshal(july)
	require.NoError(t, err)
	back, err := visits.Unmarshal(data)
	require.NoError(t, err)
	require.Equal(t, july, back)

	old := `{"form":"visit","version":1,"value":{"who":"J","read":{"form":"read","version":1,"value":{"id":"` + julyID + `","meter":"M-17","units":13}}}}`
	back, err = visits.Unmarshal([]byte(old))
	require.NoError(t, err)
	require.Equal(t, read{meter: "M-17", units: 13}, back)
	_, err = visits.Unmarshal([]byte(strings.Replace(old, `"units"`, `"Units"`, 1)))
	require.ErrorIs(t, err, stored.ErrKey)
}

func drawnRead(t *rapid.T) read {
	text := rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != '\ufffd' }))
	r := read{meter: "M" + text.Draw(t, "meter"), units: rapid.Int64Min(0).Draw(t, "units"), estimated: rapid.Bool().Draw(t, "estimated"), note: text.Draw(t, "note")}
	if facts := rapid.MapOfN(text, text, 0, 3).Draw(t, "facts"); len(facts) > 0 {
		r.facts = facts
	}
	for range rapid.IntRange(0, 3).Draw(t, "registers") {
		r.registers = append(r.registers, register{text.Draw(t, "dial"), rapid.Int64().Draw(t, "units")})
	}
	return r
}

func TestFormsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawnRead(t)
		data, err := reads.Marshal(r)
		require.NoError(t, err)
		require.NotContains(t, string(data), "\n")
		back, err := reads.Unmarshal(data)
		require.NoError(t, err)
		require.Equal(t, r, back)
		again, err := reads.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(data), string(again))
	})
}

// Whatever is read is what would be written: the same tree, but for an older version.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{julyRaw, julyRaw[:50], `{"form":"read","version":1,"value":{"id":"` + julyID + `","meter":"M-17","units":13}}`, "[[[", `{"a":`, "null", `"\ud800"`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := reads.Unmarshal(data)
		if err != nil {
			require.Zero(t, r)
			var p *problem.Error
			require.ErrorAs(t, err, &p)
			require.NotEmpty(t, p.Fix)
			return
		}
		again, err := reads.Marshal(r)
		require.NoError(t, err)
		var stated, written struct {
			Version int
			Value   any
		}
		require.NoError(t, json.Unmarshal(data, &stated))
		require.NoError(t, json.Unmarshal(again, &written))
		if stated.Version == written.Version {
			require.Equal(t, stated.Value, written.Value)
		}
	})
}

func BenchmarkForm(b *testing.B) {
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := reads.Marshal(july); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		data := []byte(julyRaw)
		b.ReportAllocs()
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := reads.Unmarshal(data); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("id", func(b *testing.B) {
		content := []byte(fmt.Sprint(july))
		b.ReportAllocs()
		for b.Loop() {
			stored.NewID("read", stored.ID{}, "1", content)
		}
	})
}

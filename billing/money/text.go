package money

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Parse reads dollars as plain text: an optional sign, at least one digit, and optionally a point with one or two decimals
// ("12.34", "-0.05", "12", "12.3"). More decimals are ErrSubCent, even zeros; an amount that does not fit is ErrOverflow;
// currency signs, commas, spaces, parentheses and exponents are ErrAmount. The errors do not repeat the text, which
// may be private.
func Parse(text string) (Amount, error) {
	digits := text
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	whole, decimals, point := strings.Cut(digits, ".")
	if e := misfit(text, whole, decimals, point); e != nil {
		return Amount{}, e
	}
	if len(decimals) > 2 {
		return Amount{}, subCent()
	}
	var cents uint64
	for _, c := range []byte(whole + decimals + "00"[len(decimals):]) {
		// One digit more still fits 64 bits, so that the check below sees every overflow.
		if cents > math.MaxInt64/10+1 {
			return Amount{}, overflow()
		}
		cents = cents*10 + uint64(c-'0')
	}
	switch {
	case negative && cents <= 1<<63:
		return Amount{cents: -int64(cents)}, nil
	case !negative && cents <= math.MaxInt64:
		return Amount{cents: int64(cents)}, nil
	}
	return Amount{}, overflow()
}

// misfit says what keeps text from being an amount: nil where it is only digits around at most one point.
func misfit(text, whole, decimals string, point bool) *problem.Error {
	refuse := func(what, fix string) *problem.Error {
		return &problem.Error{Code: ErrAmount, What: what, Fix: fix}
	}
	strange := strings.IndexFunc(whole+decimals, func(c rune) bool { return c < '0' || c > '9' })
	switch {
	case text == "":
		return refuse("the amount is empty", "write an amount, 0.00 where none is meant")
	case strings.Contains(text, "$"):
		return refuse("the amount has a currency sign", "write it without $, such as 1234.56")
	case strings.Contains(text, ","):
		return refuse("the amount has a comma", "write it without thousands separators, such as 1234.56")
	case strings.Contains(text, "("):
		return refuse("the amount is in parentheses", "write a negative amount with a minus sign in front, such as -3.08")
	case strings.ContainsAny(text, " \t\r\n"):
		return refuse("the amount has spaces", "write it without spaces, such as 1234.56")
	case strange >= 0:
		return refuse("the amount has characters that are not digits", "write digits and at most one point, such as 1234.56")
	case whole == "":
		return refuse("the amount has no digit before the point", "write the zero, such as 0.05")
	case point && decimals == "":
		return refuse("the amount ends in a point", "write the cents, such as 12.00, or leave the point out")
	}
	return nil
}

// String gives a for people: "$1,234.56", "-$3.08".
func (a Amount) String() string {
	whole, decimals := a.digits()
	if a.cents < 0 {
		return "-$" + group(whole) + "." + decimals
	}
	return "$" + group(whole) + "." + decimals
}

// MarshalText gives a for programs, always with two decimals: "1234.56", "-3.08".
func (a Amount) MarshalText() ([]byte, error) { return a.AppendText(nil) }

// UnmarshalText reads what Parse reads.
func (a *Amount) UnmarshalText(text []byte) error {
	amount, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = amount
	return nil
}

// AppendText appends what MarshalText gives, and allocates nothing where there is room. It has no errors.
func (a Amount) AppendText(text []byte) ([]byte, error) {
	if a.cents < 0 {
		text = append(text, '-')
	}
	n := a.magnitude()
	dollars := n / 100
	cents := pairs[2*(n%100):]
	// Most amounts are short. All their bytes are added at once, since bytes that are put
	// together elsewhere have to be copied as soon as they are written, which takes longer.
	high, low := dollars/100, pairs[2*(dollars%100):]
	switch {
	case dollars < 10:
		return append(text, byte('0'+dollars), '.', cents[0], cents[1]), nil
	case dollars < 100:
		return append(text, low[0], low[1], '.', cents[0], cents[1]), nil
	case dollars < 1000:
		return append(text, byte('0'+high), low[0], low[1], '.', cents[0], cents[1]), nil
	case dollars < 10_000:
		return append(text, pairs[2*high], pairs[2*high+1], low[0], low[1], '.', cents[0], cents[1]), nil
	}
	return append(strconv.AppendUint(text, dollars, 10), '.', cents[0], cents[1]), nil
}

// pairs are the two digits of the numbers below 100.
const pairs = "00010203040506070809" + "10111213141516171819" + "20212223242526272829" + "30313233343536373839" + "40414243444546474849" +
	"50515253545556575859" + "60616263646566676869" + "70717273747576777879" + "80818283848586878889" + "90919293949596979899"

// MarshalJSON gives a JSON string: readers that take every JSON number for a float would change the cents.
func (a Amount) MarshalJSON() ([]byte, error) { return []byte(`"` + a.plain() + `"`), nil }

// UnmarshalJSON reads a JSON string as Parse does. A JSON number may have passed through a float, and null is no amount:
// both are ErrAmount.
func (a *Amount) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '"' {
		what := "the amount is not a JSON string"
		if bytes.Equal(data, []byte("null")) {
			what = "the amount is null"
		}
		return &problem.Error{Code: ErrAmount, What: what, Fix: `put it in quotes, such as "12.34"`}
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return &problem.Error{Code: ErrAmount, Fix: `write a JSON string, such as "12.34"`, Err: err}
	}
	return a.UnmarshalText([]byte(text))
}

// Value gives the text that MarshalText gives, for a NUMERIC column with two decimals or a text column.
func (a Amount) Value() (driver.Value, error) { return a.plain(), nil }

// Scan reads a string or bytes as Parse does. It refuses the rest as ErrAmount: a whole number may mean cents or dollars,
// a float is not exact, and NULL is no amount.
func (a *Amount) Scan(src any) error {
	switch value := src.(type) {
	case string:
		return a.UnmarshalText([]byte(value))
	case []byte:
		return a.UnmarshalText(value)
	case nil:
		return &problem.Error{
			Code: ErrAmount, What: "the column is NULL", Fix: "scan into sql.Null[money.Amount], or make the column NOT NULL",
		}
	case int64:
		return &problem.Error{
			Code: ErrAmount, What: "the column is a whole number, which may mean cents or dollars",
			Fix: "scan cents into an int64 and use money.Cents, or store NUMERIC with two decimals",
		}
	}
	return &problem.Error{
		Code: ErrAmount, What: "the column does not come as text, and so may not be exact", Fix: "store NUMERIC with two decimals",
	}
}

func (a Amount) plain() string {
	text, _ := a.AppendText(nil) // it has no errors
	return string(text)
}

// digits returns the dollars and the two digits of the cents, without a sign.
func (a Amount) digits() (whole, decimals string) {
	n := a.magnitude()
	return strconv.FormatUint(n/100, 10), strconv.FormatUint(100+n%100, 10)[1:]
}

// group puts commas between thousands.
func group(digits string) string {
	var grouped strings.Builder
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteByte(digits[i])
	}
	return grouped.String()
}

package policyfile

import (
	"encoding"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

var (
	decimalType = reflect.TypeFor[decimal.Decimal]()
	amountType  = reflect.TypeFor[money.Amount]()
	dateType    = reflect.TypeFor[civil.Date]()
	textType    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// readsText reports whether a type reads a text of its own.
func readsText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(textType) }

// isScalar reports whether values of the type are written as one scalar.
func isScalar(t reflect.Type) bool {
	switch t {
	case decimalType, amountType, dateType:
		return true
	}
	if readsText(t) {
		return true
	}
	switch t.Kind() {
	case reflect.String, reflect.Bool,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return true
	}
	return false
}

// scalar sets v to what the text of a scalar says; its error has neither path nor place.
func scalar(n *yamldoc.Node, v reflect.Value) *problem.Error {
	switch {
	case v.Type() == decimalType:
		number, err := readNumber(n)
		if err == nil {
			v.Set(reflect.ValueOf(number))
		}
		return err
	case v.Type() == amountType:
		return readAmount(n, v)
	case v.Type() == dateType:
		return readDate(n, v)
	case readsText(v.Type()):
		text, err := readText(n)
		if err != nil {
			return err
		}
		return unmarshal(text, v)
	}
	switch v.Kind() {
	case reflect.String:
		text, err := readText(n)
		v.SetString(text)
		return err
	case reflect.Bool:
		return readBool(n, v)
	}
	return readInteger(n, v)
}

// unmarshal lets a type read its text; v may be changed although there is an error.
func unmarshal(text string, v reflect.Value) *problem.Error {
	err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
	if err == nil {
		return nil
	}
	var cause *problem.Error
	if errors.As(err, &cause) {
		return &problem.Error{Code: cause.Code, What: cause.What, Fix: cause.Fix, Err: err}
	}
	return &problem.Error{Code: ErrChoice, What: fmt.Sprintf("%s cannot be read: %s", yamldoc.Quoted(text), err), Fix: "write it as the field asks", Err: err}
}

func readText(n *yamldoc.Node) (string, *problem.Error) {
	switch {
	case n.Type != yamldoc.Text:
		return "", &problem.Error{Code: ErrText, What: fmt.Sprintf("%s is a number, true, false or null to YAML, and a text is needed", yamldoc.Quoted(n.Text)),
			Fix: "put it in quotes"}
	case n.Text == "":
		return "", &problem.Error{Code: ErrText, What: "the text is empty", Fix: "write it"}
	}
	return n.Text, nil
}

func readBool(n *yamldoc.Node, v reflect.Value) *problem.Error {
	if n.Type == yamldoc.Bool && (n.Text == "true" || n.Text == "false") {
		v.SetBool(n.Text == "true")
		return nil
	}
	return &problem.Error{Code: ErrBool, What: fmt.Sprintf("%s is neither true nor false", yamldoc.Quoted(n.Text)), Fix: "write true or false, without quotes"}
}

func readDate(n *yamldoc.Node, v reflect.Value) *problem.Error {
	day, err := civil.ParseDate(n.Text)
	if err != nil {
		return &problem.Error{Code: ErrDate, What: fmt.Sprintf("%s is no date", yamldoc.Quoted(n.Text)), Fix: "write it as YYYY-MM-DD, such as 2026-04-12", Err: err}
	}
	v.Set(reflect.ValueOf(day))
	return nil
}

func readAmount(n *yamldoc.Node, v reflect.Value) *problem.Error {
	if _, err := readNumber(n); err != nil {
		return err
	}
	amount, err := money.Parse(n.Text)
	var cause *problem.Error
	if errors.As(err, &cause) {
		return &problem.Error{Code: cause.Code, What: cause.What, Fix: cause.Fix, Err: err}
	}
	v.Set(reflect.ValueOf(amount))
	return nil
}

func readInteger(n *yamldoc.Node, v reflect.Value) *problem.Error {
	if _, err := readNumber(n); err != nil {
		return err
	}
	outside := func(least, most string) *problem.Error {
		return &problem.Error{Code: ErrNumber, What: fmt.Sprintf("%s is too large or too small", n.Text), Fix: fmt.Sprintf("write a number from %s to %s", least, most)}
	}
	if strings.Contains(n.Text, ".") {
		return &problem.Error{Code: ErrNumber, What: fmt.Sprintf("%s is not a whole number", n.Text), Fix: "write it without a point"}
	}
	bits := v.Type().Bits()
	if v.CanUint() {
		number, err := strconv.ParseUint(n.Text, 10, bits)
		if err != nil {
			return outside("0", strconv.FormatUint(1<<bits-1, 10))
		}
		v.SetUint(number)
		return nil
	}
	number, err := strconv.ParseInt(n.Text, 10, bits)
	if err != nil {
		most := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
		return outside("-"+most.String(), new(big.Int).Sub(most, big.NewInt(1)).String())
	}
	v.SetInt(number)
	return nil
}

// plainNumber is the one way to write a number.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?$`)

const (
	// maxPlain is how many digits a number may have without quotes: with more it is
	// what a float leaves behind.
	maxPlain = 15
	// maxDigits is how many digits a number may have at all.
	maxDigits = 64
)

func readNumber(n *yamldoc.Node) (decimal.Decimal, *problem.Error) {
	refuse := func(what, fix string) (decimal.Decimal, *problem.Error) {
		return decimal.Decimal{}, &problem.Error{Code: ErrNumber, What: what, Fix: fix}
	}
	if !plainNumber.MatchString(n.Text) {
		return refuse(fmt.Sprintf("%s is not a plain number", yamldoc.Quoted(n.Text)), writtenOut(n.Text))
	}
	digits := len(strings.Trim(n.Text, "-")) - strings.Count(n.Text, ".")
	significant := len(strings.TrimLeft(strings.ReplaceAll(n.Text, ".", ""), "-0"))
	switch {
	case digits > maxDigits:
		return refuse(fmt.Sprintf("the number has more than %d digits", maxDigits), "write fewer digits")
	case n.Type == yamldoc.Number && significant > maxPlain:
		return refuse(fmt.Sprintf("%s has more than %d digits, as a number that a float has touched", n.Text, maxPlain),
			"write the number that was adopted; put it in quotes where it does have so many digits")
	}
	number, err := decimal.NewFromString(n.Text)
	if err != nil {
		return refuse(fmt.Sprintf("%s is not a plain number", yamldoc.Quoted(n.Text)), writtenOut(n.Text))
	}
	return number, nil
}

// writtenOut says how to write a number that YAML takes for one.
func writtenOut(text string) string {
	const plain = "write plain digits with at most one point, such as 1234.50"
	sign, digits := "", strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", "")
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if strings.HasPrefix(digits, ".") {
		digits = "0" + digits
	}
	if mantissa, exponent, ok := strings.Cut(strings.ToLower(digits), "e"); ok && len(mantissa) <= maxPlain && len(exponent) <= 3 {
		number, err := decimal.NewFromString(mantissa + "e" + exponent)
		if err != nil {
			return plain
		}
		digits = number.String()
	}
	if !plainNumber.MatchString(sign+digits) || len(digits) > maxDigits {
		return plain
	}
	return "write " + sign + digits
}

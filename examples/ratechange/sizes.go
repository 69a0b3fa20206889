package main

import (
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/billing/ratecheck"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A fact is one that the bills of a class rest on, with what is known of whether it is a size in inches.
type fact struct {
	name string
	// named: its name says so. inches: a value is written as only inches are. other: a value is no size.
	named, inches, other bool
	// open: its values are not listed in the books, and are learned from the accounts.
	open bool
	last string // the value that was learned last
}

// learnBook takes into account what a book says of the fact.
func (f *fact) learnBook(of *rates.Fact) {
	f.named = f.named || namesSize(of.Name)
	switch {
	case len(of.Allowed) > 0:
		for _, value := range of.Allowed {
			f.learn(value)
		}
	case of.Type == rates.TextFact:
		f.open = true
	default: // a number: of persons, or of anything
		f.other = true
	}
}

// learn takes a value into account.
func (f *fact) learn(value string) {
	size, inches := sizeText(value)
	f.inches = f.inches || inches
	f.other = f.other || !size
}

// isSize says that the fact is a size in inches, such as that of a meter or of a pipe.
func (f *fact) isSize() bool { return f.named || f.inches && !f.other }

// maybeSize says that it is one, or may turn out to be.
func (f *fact) maybeSize() bool { return f.named || !f.other && (f.inches || f.open) }

// namesSize says that a name is that of a size in inches: meter_size, and not household_size or lot_size.
func namesSize(name string) bool {
	name = strings.ToLower(name)
	if name == "size" || name == "diameter" {
		return true
	}
	if !strings.Contains(name, "size") && !strings.Contains(name, "diameter") {
		return false
	}
	for _, thing := range []string{"meter", "pipe", "line", "service", "connection", "tap", "lateral"} {
		// The diameter alone has no meter in it.
		if strings.Contains(strings.ReplaceAll(name, "diameter", "diam"), thing) {
			return true
		}
	}
	return false
}

// sizeText says whether a text is a size in inches, such as 5/8, 1 1/2" and 2, and whether it is written as only inches are.
func sizeText(text string) (size, inches bool) {
	text, _, inLine := strings.Cut(text, " x ") // 5/8 x 3/4: the meter in a larger line
	plain := text
	for _, mark := range []string{`"`, "inches", "inch", "in.", "in"} {
		plain = strings.TrimSpace(strings.TrimSuffix(plain, mark))
	}
	fraction := strings.NewReplacer("½", " 1/2", "¼", " 1/4", "¾", " 3/4", "⅝", " 5/8").Replace(plain)
	words := strings.FieldsFunc(fraction, func(r rune) bool { return r == ' ' || r == '-' || r == '|' })
	inches = inLine || plain != strings.TrimSpace(text) || strings.Contains(fraction, "/")
	switch len(words) {
	case 1:
		return isCount(words[0]) || isFraction(words[0]), inches
	case 2:
		return isCount(words[0]) && isFraction(words[1]), inches
	}
	return false, false
}

// isCount says that a text is a plain number, such as 2 or 1.5.
func isCount(text string) bool {
	whole, decimals, _ := strings.Cut(text, ".")
	_, err := strconv.ParseUint(whole+decimals, 10, 32)
	return err == nil && whole != ""
}

func isFraction(text string) bool {
	over, under, found := strings.Cut(text, "/")
	a, errA := strconv.ParseUint(over, 10, 16)
	b, errB := strconv.ParseUint(under, 10, 16)
	return found && errA == nil && errB == nil && a > 0 && b > a
}

// valueOf is the value of a fact under the book that asks for it.
func valueOf(a *ratecheck.Account, name string) (value string, has bool) {
	if value, has = a.Before.Facts[name]; !has {
		value, has = a.After.Facts[name]
	}
	return value, has
}

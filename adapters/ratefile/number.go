package ratefile

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
)

// formulaPattern is of a formula: it holds a letter at least.
const formulaPattern = `[A-Za-z_]`

var (
	// words are the names and literals of a formula.
	words     = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_.]*|[0-9.]+`)
	functions = map[string]bool{"min": true, "max": true, "round": true, "ceil": true, "floor": true}

	arithmetic   = regexp.MustCompile(`^[-+*/(). 0-9]+$`)
	thousands    = regexp.MustCompile(`^-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$`)
	decimalComma = regexp.MustCompile(`^-?[0-9]+,[0-9]+$`)
	blanksIn     = regexp.MustCompile(`^-?[0-9]{1,3}([ \x{a0}\x{202f}\x{2009}'’][0-9]{3})+(\.[0-9]+)?$`)
	cents        = regexp.MustCompile(`(?i)^(-?[0-9]+(?:\.[0-9]+)?) *(?:¢|c|ct|cts|cent|cents)$`)
	currency     = regexp.MustCompile(`(?i)^(-?) *(?:\$|€|£|US\$|USD|EUR|GBP) *(-?)([0-9][0-9,]*(?:\.[0-9]+)?)$`)
	dollarWord   = regexp.MustCompile(`(?i)^(-?[0-9][0-9,]*(?:\.[0-9]+)?) *(?:\$|€|£|US\$|USD|EUR|GBP|dollars?)$`)
	inBrackets   = regexp.MustCompile(`^\( *\$? *([0-9]+(?:\.[0-9]+)?) *\)$`)
	unitBehind   = regexp.MustCompile(`^(-?[0-9]+(?:\.[0-9]+)?) *[A-Za-z]+[A-Za-z/ ]*$`)
)

// marks are what word processors put for quotes and for the minus.
var marks = strings.NewReplacer("“", "", "”", "", "„", "", "‘", "", "’", "", "«", "", "»", "", "–", "-", "—", "-", "−", "-")

// holdsName says whether a formula is of anything but numbers.
func holdsName(text string) bool {
	for _, at := range words.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		if c := word[0]; c == '.' || c >= '0' && c <= '9' {
			continue
		}
		if !functions[word] || !strings.HasPrefix(strings.TrimLeft(text[at[1]:], " \t\r\n"), "(") {
			return true
		}
	}
	return false
}

// literalFlaw finds a number in a formula that is written in another way than numbers
// are, or that a float has touched.
func literalFlaw(text string) *flaw {
	for _, word := range words.FindAllString(text, -1) {
		if c := word[0]; c != '.' && (c < '0' || c > '9') {
			continue
		}
		switch _, digits := digitsOf(word); {
		case !numberText.MatchString(word):
			return &flaw{ErrNumber, shown(word) + " in the formula is not written as a number of this format", "write " + writtenOut(word)}
		case digits > maxPlainDigits:
			return &flaw{ErrNumber, fmt.Sprintf("%s in the formula has %d digits, as a computer's fraction leaves behind", shown(word), digits),
				fmt.Sprintf("write the number that was adopted, with at most %d", maxPlainDigits)}
		}
	}
	return nil
}

// miswritten is what to do about a text that looks like a number written in another
// way; empty where it does not.
func miswritten(written string) string {
	if len(written) > maxShown {
		return ""
	}
	trimmed := strings.TrimSpace(written)
	if plain := strings.TrimSpace(marks.Replace(trimmed)); plain != trimmed {
		switch {
		case numberText.MatchString(plain):
			return fmt.Sprintf("write %s, with the quotes and the hyphen of the keyboard", plain)
		case blanksIn.MatchString(trimmed):
		default:
			return miswritten(plain)
		}
	}
	if remedy := miswrittenAmount(trimmed); remedy != "" {
		return remedy
	}
	switch {
	case thousands.MatchString(trimmed):
		plain := strings.ReplaceAll(trimmed, ",", "")
		if strings.Count(trimmed, ",") == 1 && !strings.Contains(trimmed, ".") {
			return fmt.Sprintf("write %s, or %s if the comma is a decimal point", plain, strings.Replace(trimmed, ",", ".", 1))
		}
		return fmt.Sprintf("write %s, without commas", plain)
	case decimalComma.MatchString(trimmed):
		return fmt.Sprintf("write %s, with a point", strings.Replace(trimmed, ",", ".", 1))
	case blanksIn.MatchString(trimmed):
		return fmt.Sprintf("write %s, without blanks", regexp.MustCompile(`[^-0-9.]`).ReplaceAllString(trimmed, ""))
	}
	if d, err := decimal.NewFromString(trimmed); err == nil && !numberText.MatchString(trimmed) && d.Exponent() <= maxDigits && d.Exponent() >= -maxDigits {
		return "write " + writtenOut(trimmed)
	}
	if m := unitBehind.FindStringSubmatch(trimmed); m != nil {
		return fmt.Sprintf("write %s alone: the schedule states the unit", m[1])
	}
	return ""
}

// miswrittenAmount is what to do about a text that looks like an amount or a percentage.
func miswrittenAmount(trimmed string) string {
	plain := func(number string) string { return strings.ReplaceAll(number, ",", "") }
	if m := cents.FindStringSubmatch(trimmed); m != nil {
		d := decimal.RequireFromString(m[1]).Shift(-2)
		return fmt.Sprintf("write %s: amounts are in dollars", d.StringFixed(max(2, -d.Exponent())))
	}
	if m := currency.FindStringSubmatch(trimmed); m != nil {
		return fmt.Sprintf("write %s%s: amounts are in dollars, without a sign", max(m[1], m[2]), plain(m[3]))
	}
	if m := dollarWord.FindStringSubmatch(trimmed); m != nil {
		return fmt.Sprintf("write %s: amounts are in dollars, without a sign", plain(m[1]))
	}
	if strings.HasPrefix(trimmed, "$") {
		return "write the amount as 4.90, without a sign"
	}
	if m := inBrackets.FindStringSubmatch(trimmed); m != nil {
		return fmt.Sprintf("write -%s if it is one below zero, and %s if not", m[1], m[1])
	}
	if percent, ok := strings.CutSuffix(trimmed, "%"); ok {
		if percent = strings.TrimSpace(percent); numberText.MatchString(percent) {
			d := decimal.RequireFromString(percent)
			return fmt.Sprintf("write %s where a percentage is asked for, and %s elsewhere", percent, d.Shift(-2))
		}
	}
	return ""
}

package owrs

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
)

// What a formula may hold. The engine reads 64 KiB and 200 parentheses; names and
// roundings that the lowering writes take their part of it.
const (
	maxFormula     = 64 << 10
	maxParentheses = 100
)

// A formula is the tokens of a formula that parses, from left to right. Its operators
// are those of the engine, so it is written for the engine token by token.
type formula []token

type token struct {
	kind tokenKind
	text string // of numbers as plain decimals
}

type tokenKind uint8

const (
	tokenNumber tokenKind = iota + 1
	tokenName
	// tokenSign stands before its operand, tokenOperator between two.
	tokenSign
	tokenOperator
	tokenParenthesis
)

// parseFormula parses
//
//	expr  = term { ("+" | "-") term }
//	term  = unary { ("*" | "/") unary }
//	unary = { "+" | "-" } ( number | name | "(" expr ")" )
//
// with numbers as numberAt has them and names of letters, digits, "_" and "." that
// begin with a letter. Only the parentheses nest, so counting them is enough.
func parseFormula(text string) (formula, *fault) {
	if len(text) > maxFormula {
		return nil, &fault{fmt.Sprintf("the formula is %d characters long", len(text)), fmt.Sprintf("shorten it to %d, with fields for its parts", maxFormula)}
	}
	var f formula
	open := 0
	operand := true // whether one is due
	for at := 0; at < len(text); {
		c := text[at]
		rest := text[at:]
		wrong := func() *fault {
			return &fault{fmt.Sprintf("character %d of %s is not expected: %s", at+1, yamldoc.Quoted(text), yamldoc.Quoted(firstToken(rest))), "write numbers, names of fields, + - * / and parentheses alone"}
		}
		switch {
		case strings.IndexByte(blanks, c) >= 0:
			at++
		case operand && (c == '+' || c == '-'):
			f = append(f, token{tokenSign, rest[:1]})
			at++
		case operand && c == '(':
			if open++; open > maxParentheses {
				return nil, &fault{fmt.Sprintf("more than %d parentheses stand in each other", maxParentheses), "give parts of the formula fields of their own"}
			}
			f = append(f, token{tokenParenthesis, "("})
			at++
		case operand && isLetter(c):
			n := 1
			for n < len(rest) && isNamePart(rest[n]) {
				n++
			}
			f = append(f, token{tokenName, rest[:n]})
			at, operand = at+n, false
		case operand && numberAt(rest) > 0:
			n := numberAt(rest)
			plain, bad := plainDecimal(rest[:n])
			if bad != nil {
				return nil, bad
			}
			f = append(f, token{tokenNumber, plain})
			at, operand = at+n, false
		case !operand && strings.IndexByte("+-*/", c) >= 0:
			f = append(f, token{tokenOperator, rest[:1]})
			at, operand = at+1, true
		case !operand && c == ')' && open > 0:
			f = append(f, token{tokenParenthesis, ")"})
			open--
			at++
		default:
			return nil, wrong()
		}
	}
	if operand || open > 0 {
		return nil, &fault{fmt.Sprintf("the formula %s ends too early", yamldoc.Quoted(text)), "finish it, or take out what stands before its end"}
	}
	return f, nil
}

// firstToken is what a message shows of the place where a formula does not parse.
func firstToken(text string) string {
	n := 1
	if isNamePart(text[0]) {
		for n < len(text) && isNamePart(text[n]) {
			n++
		}
	} else {
		for n < len(text) && text[n]&0xC0 == 0x80 {
			n++
		}
	}
	return text[:n]
}

// parseBudget parses the formula of a budget field: terms between + and *, set off by
// blanks or not, each a formula of its own that is rounded by itself. What stands
// between two terms in the result is "+" or "*".
func parseBudget(text string) (terms []formula, between []string, wrong *fault) {
	if len(text) > maxFormula {
		_, wrong = parseFormula(text)
		return nil, nil, wrong
	}
	words := strings.FieldsFunc(strings.NewReplacer("+", " + ", "*", " * ").Replace(text), func(r rune) bool {
		return strings.ContainsRune(blanks, r)
	})
	for i, word := range words {
		if operator := word == "+" || word == "*"; operator != (i%2 == 1) {
			what := fmt.Sprintf("the budget %s has %s where a term is due", yamldoc.Quoted(text), yamldoc.Quoted(word))
			if !operator {
				what = fmt.Sprintf("the budget %s has %s where + or * is due", yamldoc.Quoted(text), yamldoc.Quoted(word))
			}
			return nil, nil, &fault{what, "write terms between + and *, without blanks inside a term"}
		}
		if i%2 == 1 {
			between = append(between, word)
			continue
		}
		term, wrong := parseFormula(word)
		if wrong != nil {
			return nil, nil, wrong
		}
		terms = append(terms, term)
	}
	if len(words)%2 == 0 {
		return nil, nil, &fault{fmt.Sprintf("the budget %s ends too early", yamldoc.Quoted(text)), "write terms between + and *"}
	}
	return terms, between, nil
}

// write writes a formula for the engine, with its own name for each name.
func (f formula) write(b *strings.Builder, name func(string) string) {
	for _, t := range f {
		switch {
		case t.kind == tokenName:
			b.WriteString(name(t.text))
		case t.kind == tokenOperator && (t.text == "+" || t.text == "-"):
			b.WriteString(" " + t.text + " ")
		default:
			b.WriteString(t.text)
		}
	}
}

package rates

import (
	"math/big"
	"regexp"
	"strings"
)

// reference evaluates a formula with big fractions, apart from the parser: tokens
// by an expression, operators by their precedence.
type reference struct {
	tokens []string
	wrong  bool // it is no formula
	zero   bool // it divides by zero
}

var referenceTokens = regexp.MustCompile(`(?s)[ \t\r\n]+|[A-Za-z_][A-Za-z0-9_.]*|[0-9.]+|.`)

func refer(text string) (v *big.Rat, r *reference) {
	r = &reference{}
	for _, token := range referenceTokens.FindAllString(text, -1) {
		if strings.Trim(token, " \t\r\n") != "" {
			r.tokens = append(r.tokens, token)
		}
	}
	v = r.above(0)
	r.wrong = r.wrong || len(r.tokens) > 0
	return v, r
}

func (r *reference) peek() string {
	if len(r.tokens) == 0 {
		return ""
	}
	return r.tokens[0]
}

func (r *reference) take() string {
	token := r.peek()
	if token == "" {
		r.wrong = true
	} else {
		r.tokens = r.tokens[1:]
	}
	return token
}

func (r *reference) want(token string) {
	if r.take() != token {
		r.wrong = true
	}
}

// above reads operators that bind more tightly than the given.
func (r *reference) above(binds int) *big.Rat {
	v := r.single()
	for !r.wrong {
		op := r.peek()
		level := map[string]int{"+": 1, "-": 1, "*": 2, "/": 2}[op]
		if level <= binds {
			return v
		}
		r.take()
		w := r.above(level)
		switch {
		case op == "+":
			v = new(big.Rat).Add(v, w)
		case op == "-":
			v = new(big.Rat).Sub(v, w)
		case op == "*":
			v = new(big.Rat).Mul(v, w)
		case w.Sign() == 0:
			r.zero = true
		default:
			v = new(big.Rat).Quo(v, w)
		}
	}
	return v
}

var plainDecimal = regexp.MustCompile(`^([0-9]+\.?[0-9]*|\.[0-9]+)$`)

func (r *reference) decimal(token string) *big.Rat {
	if !plainDecimal.MatchString(token) || len(strings.ReplaceAll(token, ".", "")) > 64 {
		r.wrong = true
		return new(big.Rat)
	}
	v, _ := new(big.Rat).SetString(strings.TrimSuffix(token, "."))
	return v
}

func (r *reference) single() *big.Rat {
	token := r.take()
	switch {
	case r.wrong:
	case token == "+":
		return r.single()
	case token == "-":
		return new(big.Rat).Neg(r.single())
	case token == "(":
		v := r.above(0)
		r.want(")")
		return v
	case strings.Contains("0123456789.", token[:1]):
		return r.decimal(token)
	case regexp.MustCompile(`^[A-Za-z_]`).MatchString(token):
		return r.named(token)
	}
	r.wrong = true
	return new(big.Rat)
}

func (r *reference) named(id string) *big.Rat {
	isFunction := strings.Contains(" min max round ceil floor ", " "+id+" ")
	if r.peek() != "(" {
		r.wrong = r.wrong || isFunction
		return valueOf(id).Rat()
	}
	if !isFunction {
		r.wrong = true
		return new(big.Rat)
	}
	r.take()
	v := r.above(0)
	switch id {
	case "min", "max":
		for !r.wrong && r.peek() == "," {
			r.take()
			if w := r.above(0); (w.Cmp(v) < 0) == (id == "min") {
				v = w
			}
		}
	default:
		places, mode := 0, map[string]string{"round": "half_up", "ceil": "ceil", "floor": "floor"}[id]
		if r.peek() == "," {
			r.take()
			n := r.decimal(r.take())
			if !n.IsInt() || n.Cmp(big.NewRat(18, 1)) > 0 {
				r.wrong = true
			} else {
				places = int(n.Num().Int64())
			}
		}
		if id == "round" && r.peek() == "," {
			r.take()
			mode = r.take()
		}
		v = r.rounded(v, places, mode)
	}
	r.want(")")
	return v
}

func (r *reference) rounded(v *big.Rat, places int, mode string) *big.Rat {
	unit := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	scaled := new(big.Rat).Mul(v, unit)
	below := new(big.Rat).SetInt(new(big.Int).Div(scaled.Num(), scaled.Denom()))
	above := new(big.Rat).Set(below)
	if below.Cmp(scaled) != 0 {
		above.Add(above, big.NewRat(1, 1))
	}
	outer, inner := above, below // away from zero, and toward it
	if v.Sign() < 0 {
		outer, inner = below, above
	}
	far, near := new(big.Rat).Sub(outer, scaled), new(big.Rat).Sub(scaled, inner)
	nearest := inner
	switch half := far.Abs(far).Cmp(near.Abs(near)); {
	case half < 0, half == 0 && mode == "half_up", half == 0 && mode == "half_even" && inner.Num().Bit(0) == 1:
		nearest = outer
	}
	to, ok := map[string]*big.Rat{"half_up": nearest, "half_even": nearest, "up": outer, "down": inner, "ceil": above, "floor": below}[mode]
	if !ok {
		r.wrong = true
		return v
	}
	return new(big.Rat).Quo(to, unit)
}
